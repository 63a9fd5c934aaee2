"""``docker run`` and ``docker create``.

- `words`: the options that a lesson knows, and what is wrong with their values
- `ports`: ``--publish`` and ``--expose``
- `networking`: ``--network`` and what belongs to it
- `config`: all options together, as the engine wants them
- `pull`: an image that is not here
- `command`: the two commands
"""
