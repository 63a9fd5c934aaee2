"""How fast the lessons are, as ratios to the docker command, both measured in one run.

Run with ``python -m benchmarks [NAME ...]`` against the Docker Engine at hand. The command line's
side runs in the engine host's own network namespace where the engine has one of its own (see
``--namespace``). Times of a single run mean little on a shared machine; the ratios hold.
"""
