"""What goes wrong before the command of a lab is run."""

from wwanreplay.errors import DeviceError

#: What ends with it, as of `env`, `timeout` and others that run a command: it was not run.
EXIT_LAB = 125
EXIT_NOT_EXECUTABLE = 126
EXIT_NOT_FOUND = 127


class LabError(DeviceError):
    """The private host cannot be made here, or is gone; the text says what to do."""

    exit_code = EXIT_LAB
