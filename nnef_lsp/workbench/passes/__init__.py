"""What `simplify` can do, one file each: from a document to a `Change`, None if there is nothing to do.

A pass does all that it finds in one round; `changes/simplify.py` repeats them until none finds anything.
"""
