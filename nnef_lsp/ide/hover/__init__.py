"""The cards that are shown for what is under the cursor."""
