"""The shipped scripts, one TOML file each; docs/scripts.md explains them."""
