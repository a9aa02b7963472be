"""The subjects of inference, a file each; see `wwanreplay.analysis.infer.subject`."""
