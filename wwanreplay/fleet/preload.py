"""What a worker of a cluster that is started here loads first; importing it is all there is to do.

Ctrl-C goes to all processes of a terminal, and is the business of the one that prints.
"""

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
