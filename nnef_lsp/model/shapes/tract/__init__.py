"""Rules of the operations that tract has, and of standard ones that it reads differently."""
