"""A text as an editor sees it: tokens, places, the cursor, layout."""
