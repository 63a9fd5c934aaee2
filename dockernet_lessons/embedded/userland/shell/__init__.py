"""The shells ``sh`` (as dash has it) and ``bash``: POSIX shell command language, no arrays.

- `syntax`: the tree of a script
- `parser`: text to tree
- `expansion`: ``$variables``, ``$(commands)``, arithmetic, globbing
- `interpreter`: runs the tree
- `builtins`: cd, echo, export, test, …
- `main`: the programs ``sh`` and ``bash``
"""
