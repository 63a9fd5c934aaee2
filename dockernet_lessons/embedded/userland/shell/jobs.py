"""Builtins about other processes: kill, wait, jobs, fg, bg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockernet_lessons.embedded.loop import Steps, Wait
from dockernet_lessons.embedded.userland import signals
from dockernet_lessons.embedded.userland.shell.descriptors import Descriptors
from dockernet_lessons.embedded.userland.shell.problems import ShellProblem
from dockernet_lessons.embedded.userland.signals import LAST, description, name_of, number_of

if TYPE_CHECKING:
    from dockernet_lessons.embedded.userland.process import Process
    from dockernet_lessons.embedded.userland.shell.interpreter import Interpreter
    from dockernet_lessons.embedded.userland.shell.state import Job

_DASH_USAGE = (
    "kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]"
)
_BASH_USAGE = (
    "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"
)
NO_CHILD = 127
_STKFLT = 16


def kill(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``kill``."""
    rest, number = words[1:], signals.SIGTERM
    if rest[:1] in (["-l"], ["-L"]):
        return _list_signals(shell, rest[1:], streams)
    if rest in (["-s"], ["-n"]):
        text = "-s: option requires an argument" if shell.state.bash else "No arg for -s option"
        raise ShellProblem(f"kill: {text}", shell.dialect.error_status)
    if rest[:1] in (["-s"], ["-n"]):
        rest = [f"-{rest[1]}", *rest[2:]]
    if rest and rest[0].startswith("-") and len(rest[0]) > 1 and rest[0] != "--":
        known = number_of(rest[0][1:])
        if known is None:
            return _bad_signal(shell, rest[0][1:], streams)
        number, rest = known, rest[1:]
    rest = rest[1:] if rest[:1] == ["--"] else rest
    if not rest:
        return _usage(shell, streams)
    failed = [word for word in rest if not _send(shell, word, number, streams)]
    return 1 if len(failed) == len(rest) or (failed and not shell.state.bash) else 0


def _usage(shell: Interpreter, streams: Descriptors) -> int:
    if shell.state.bash:
        streams.err(f"{_BASH_USAGE}\n")
    else:
        shell.complain(streams, _DASH_USAGE)
    return 2


def _bad_signal(shell: Interpreter, name: str, streams: Descriptors) -> int:
    if shell.state.bash:
        shell.complain(streams, f"kill: {name}: invalid signal specification")
        return 1
    shell.complain(streams, f"kill: Illegal option -{name[0]}")
    return 2


def _list_signals(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    for word in words[: None if shell.state.bash else 1]:
        number = number_of(word)
        if not word.isdecimal() and not shell.state.bash:
            raise ShellProblem(f"kill: Illegal number: {word}", 2)
        if number is None and word.isdecimal():
            number = int(word[:4]) - 128
        streams.out(f"{name_of(number or 0) if word.isdecimal() else number}\n")
    if words:
        return 0
    if not shell.state.bash:
        names = (name_of(n) if n != _STKFLT else str(n) for n in range(LAST + 1))
        streams.out("".join(f"{name}\n" for name in names))
        return 0
    shown = [n for n in range(1, LAST + 1) if n not in (32, 33)]
    cells = [f"{n:2}) SIG{name_of(n)}" for n in shown]
    rows = ["\t".join(cells[start : start + 5]) for start in range(0, len(cells), 5)]
    streams.out("\n".join(rows) + "\t\n")
    return 0


def _send(shell: Interpreter, word: str, number: int, streams: Descriptors) -> bool:
    """Send a signal to a process, or with ``%1`` to a job."""
    if word.startswith("%"):
        job = _job_named(shell, word)
        if job is None:
            if not shell.state.bash:
                raise ShellProblem(f"kill: No such job: {word}", 2)
            shell.complain(streams, f"kill: {word}: no such job")
            return False
        if not (shell.state.bash or shell.state.interactive):
            # dash means the job's process group, and without job control there is none
            shell.complain(streams, "kill: No such process\n")
            return False
        for process in job.processes:
            process.signal(number, inside=True)
        return True
    if not word.lstrip("-").isdecimal():
        if not shell.state.bash:
            raise ShellProblem(f"kill: Illegal number: {word}", 2)
        shell.complain(streams, f"kill: {word}: arguments must be process or job IDs")
        return False
    pid = int(word[:9])
    if pid <= 0:
        return _send_to_all(shell, number)
    if shell.system.kill(pid, number):
        return True
    text = f"({pid}) - No such process" if shell.state.bash else "No such process\n"
    shell.complain(streams, f"kill: {text}")
    return False


def _send_to_all(shell: Interpreter, number: int) -> bool:
    """Send a signal to every process of the PID namespace but the first and oneself."""
    own = shell.system.process
    for process in list(shell.system.context.pids.processes.values()):
        if process is not own and process.inner_pid != 1:
            process.signal(number, inside=True)
    return True


def _job_named(shell: Interpreter, word: str) -> Job | None:
    jobs = shell.state.jobs
    name = word.lstrip("%")
    if name in ("", "+", "%"):
        return jobs[-1] if jobs else None
    if name == "-":
        return jobs[-2] if len(jobs) > 1 else None
    if name.isdecimal():
        return next((job for job in jobs if job.number == int(name[:6])), None)
    return next((job for job in jobs if job.text.startswith(name)), None)


def wait(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    """Run ``wait``: for some children, or for all."""
    rest = [word for word in words[1:] if word not in ("--", "-n", "-f")]
    if not rest:
        for job in list(shell.state.jobs):
            interrupted = yield from _end_of(shell, job)
            if interrupted:
                return interrupted
            shell.state.jobs.remove(job)
            if shell.state.bash:
                _tell(shell, job, streams)
        return 0
    status = 0
    for word in rest:
        status = yield from _wait_for(shell, word, streams)
    return status


def _wait_for(shell: Interpreter, word: str, streams: Descriptors) -> Steps[int]:
    job = _job_named(shell, word) if word.startswith("%") else next(
        (job for job in shell.state.jobs if str(job.last.inner_pid) == word), None
    )  # fmt: skip
    if job is None:
        return _no_child(shell, word, streams)
    interrupted = yield from _end_of(shell, job)
    if interrupted:
        return interrupted
    shell.state.jobs.remove(job)
    _tell(shell, job, streams)
    return job.last.exit_code or 0


def _tell(shell: Interpreter, job: Job, streams: Descriptors) -> None:
    """Say that a signal ended a job."""
    if job.last.killed_by is not None and not shell.state.interactive:
        shell.traps.child_killed(job.last, job.last.killed_by, streams, job.text)


def _no_child(shell: Interpreter, word: str, streams: Descriptors) -> int:
    if not shell.state.bash:
        if word.isdecimal():
            return NO_CHILD
        wrong = "No such job" if word.startswith("%") else "Illegal number"
        raise ShellProblem(f"wait: {wrong}: {word}", 2)
    if word.isdecimal():
        shell.complain(streams, f"wait: pid {word} is not a child of this shell")
    elif word.startswith("%"):
        shell.complain(streams, f"wait: {word}: no such job")
    else:
        shell.complain(streams, f"wait: `{word}': not a pid or valid job spec")
        return 1
    return NO_CHILD


def _end_of(shell: Interpreter, job: Job) -> Steps[int]:
    """Wait for a job's end; or give 128 and a signal's number when one with a trap came."""
    while job.running:
        process: Process = next(p for p in job.processes if p.running)
        yield Wait(signals=(process.ended, shell.traps.arrived))
        if shell.state.pending:
            number = shell.state.pending[0]
            yield from shell.traps.check()
            return 128 + number
        yield from shell.traps.check()
    return 0


def jobs(shell: Interpreter, words: list[str], streams: Descriptors) -> int:
    """Run ``jobs``."""
    for job in list(shell.state.jobs):
        if job.running or shell.state.interactive or not shell.state.bash:
            streams.out(line_of(shell, job))
        if not job.running:
            shell.state.jobs.remove(job)
    return 0


def line_of(shell: Interpreter, job: Job) -> str:
    """Word a job's state as ``jobs`` shows it."""
    mark = _mark(shell, job)
    if shell.state.interactive and any(process.stopped for process in job.processes):
        state = "Stopped"
    elif job.running:
        state = "Running"
    elif job.last.killed_by:
        state = description(job.last.killed_by)
    else:
        code = job.last.exit_code
        shown = f"Exit {code}" if shell.state.bash else f"Done({code})"
        state = "Done" if code == 0 else shown
    if not shell.state.bash:
        return f"[{job.number}] {mark} {state:<26} {job.text}\n"
    text = f"{job.text} &" if state == "Running" else job.text
    return f"[{job.number}]{mark}  {state:<24}{text}\n"


def _mark(shell: Interpreter, job: Job) -> str:
    """Tell the current job from the one before it and from the others."""
    ordered = shell.state.jobs
    return "+" if job is ordered[-1] else "-" if ordered[-2:-1] == [job] else " "


def announce(shell: Interpreter, streams: Descriptors) -> None:
    """Tell, before the next prompt, which jobs have ended."""
    for job in [job for job in shell.state.jobs if not job.running]:
        streams.err(line_of(shell, job))
        shell.state.jobs.remove(job)


def foreground(shell: Interpreter, words: list[str], streams: Descriptors) -> Steps[int]:
    """Run ``fg`` or ``bg``: let a job go on, and with ``fg`` wait for it."""
    if not shell.state.interactive and shell.state.bash:
        raise ShellProblem(f"{words[0]}: no job control", 1)
    word = words[1] if len(words) > 1 else ""
    job = _job_named(shell, word)
    if job is None:
        none = f"No such job: {word}" if word else "No current job"
        text = f"{word or 'current'}: no such job" if shell.state.bash else none
        raise ShellProblem(f"{words[0]}: {text}", shell.dialect.error_status)
    if not shell.state.interactive:
        raise ShellProblem(f"{words[0]}: job {word or '(null)'} not created under job control", 2)
    if words[0] == "bg":
        return _background(shell, job, streams)
    streams.out(f"{job.text}\n")
    _resume(job)
    shell.state.jobs.remove(job)
    yield from shell.ended(job.processes, streams)
    return job.last.exit_code or 0


def _background(shell: Interpreter, job: Job, streams: Descriptors) -> int:
    if not shell.state.bash:
        streams.out(f"[{job.number}] {job.text}\n")
    elif not any(process.stopped for process in job.processes):
        shell.complain(streams, f"bg: job {job.number} already in background")
    else:
        streams.out(f"[{job.number}]{_mark(shell, job)} {job.text} &\n")
    _resume(job)
    return 0


def _resume(job: Job) -> None:
    for process in job.processes:
        process.signal(signals.SIGCONT)
