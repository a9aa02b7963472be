"""The shipped profiles of emulated devices, one TOML file each; docs/profiles.md explains them."""
