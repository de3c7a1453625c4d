"""Rules of the operations that tract has, and of standard ones that it reads differently; found by walking the package."""
