"""Which process runs which tests, where several do (``make test ARGS='--numprocesses 2'``)."""

from engines import engines
from xdist.scheduler import LoadScopeScheduling


class ByEngine(LoadScopeScheduling):
    """All tests of an engine are run by one process, in their order; so are those of a file.

    pytest-xdist 3.8 has groups of its own (``loadgroup``), but does not see them with pytest 9.2.
    """

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        parameters = test.partition("[")[2]
        return next((engine.id for engine in engines() if engine.id in parameters), file)
