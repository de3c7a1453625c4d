"""Files of tensors: `.dat` and its item types, and other people's formats."""
