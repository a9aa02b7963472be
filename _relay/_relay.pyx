# cython: language_level=3, embedsignature=True, auto_pickle=False
"""The commands that a function has of several clients, and the quick way of an ordinary one.

`Relay` waits for the descriptors of a tap, and passes on what needs no more than another id of its
transaction: whole commands in one piece, and their answers. It writes first and notes afterwards.
All else is handed back as it came, with nothing done about it; whether a modem and a client are as
usual is asked anew in each `run`, so that nothing is remembered here that could have changed.

No part of the engine, which has no I/O and no clock.
"""

cimport cython
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.exc cimport PyErr_CheckSignals
from libc.errno cimport ECONNRESET, EINTR, errno
from libc.stdint cimport uint32_t, UINT32_MAX
from libc.string cimport memcmp

from collections import OrderedDict

cdef extern from "relay_io.h" nogil:
    ctypedef struct relay_event_t:
        int descriptor
        unsigned int events
    enum:
        RELAY_EVENTS_MAX
    uint32_t relay_u32(const char *data)
    void relay_put_u32(char *data, uint32_t value)
    int relay_comes_later(int problem)
    int relay_wait(int epoll, relay_event_t *found, int timeout_ms)
    long long relay_clock_ns()
    long relay_read(int descriptor, char *data, long size)
    long relay_write(int descriptor, const char *data, long size)
    long relay_send(int descriptor, const char *data, long size)
    int relay_is_read(int descriptor)
    unsigned int relay_readable()

cdef enum:
    # Places in a message that may be cut (MBIM 1.0, section 9), and its least size.
    AT_LENGTH = 4
    AT_ID = 8
    AT_TOTAL = 12
    AT_CURRENT = 16
    AT_COMMAND = 20
    COMMAND_NAME_SIZE = 20
    COMMAND_SIZE = 48
    TYPE_COMMAND = 3
    # What is read at once of a modem, and of a client.
    TRANSFER_MAX = 65536
    CLIENT_READ_SIZE = 16384
    NS_PER_MS = 1000000

cdef uint32_t TYPE_COMMAND_DONE = 0x80000003

#: Kinds of notes: a command was given to the modem, an answer to its client; a client has read all
#: that it was sent; the modem has not taken a command; a client has reset its connection.
COMMAND, ANSWER, CONFIRMED, REFUSED, RESET = range(5)


@cython.freelist(256)
cdef class Transaction:
    """A command that the function has: whose it is, and under which id; None: nobody's any more.

    `command` is its service and CID, 20 bytes; `buffer`, of a list of events, answers it.
    """

    cdef readonly object client
    cdef readonly uint32_t transaction_id
    cdef readonly bytes command
    cdef readonly long long sent_ns
    cdef readonly object buffer
    cdef readonly bint is_ours

    def __init__(
        self,
        client: int | None,
        uint32_t transaction_id,
        bytes command not None,
        long long sent_ns,
        bytes buffer=None,
        *,
        bint is_ours=False,
    ):
        if len(command) != COMMAND_NAME_SIZE:
            raise ValueError("a command is named by 20 bytes")
        self.client = client
        self.transaction_id = transaction_id
        self.command = command
        self.sent_ns = sent_ns
        self.buffer = buffer
        self.is_ours = is_ours

    @property
    def cid(self):
        """The number of the command within its service."""
        return relay_u32(PyBytes_AS_STRING(self.command) + COMMAND_NAME_SIZE - 4)


cdef Py_ssize_t whole_length(const char *data, Py_ssize_t size, uint32_t kind) noexcept nogil:
    """The length of a whole message of a kind at the beginning of some bytes; 0 for all else."""
    cdef uint32_t length
    if size < COMMAND_SIZE or relay_u32(data) != kind:
        return 0
    length = relay_u32(data + AT_LENGTH)
    if length < COMMAND_SIZE or length > <size_t>size:
        return 0
    if relay_u32(data + AT_TOTAL) != 1 or relay_u32(data + AT_CURRENT) != 0:
        return 0
    return length


cdef class Transactions:
    """What the function has, by the id it has it under; the oldest first.

    `commands` are those that the multiplexer has to look at, by service and CID, `answers` such
    answers; a client has `client_max` at most of its commands on the quick way.
    """

    cdef readonly int client_max
    cdef tuple _commands
    cdef tuple _answers
    cdef object _table
    cdef dict _of_client
    cdef public uint32_t last_id  # the id that was given last

    def __init__(self, tuple commands=(), tuple answers=(), int client_max=0):
        for name in commands + answers:
            if not isinstance(name, bytes) or len(name) != COMMAND_NAME_SIZE:
                raise ValueError("a command is named by 20 bytes")
        self.client_max = client_max
        self._commands = commands
        self._answers = answers
        self._table = OrderedDict()
        self._of_client = {}
        self.last_id = 0

    def __len__(self):
        return len(self._table)

    def items(self):
        """The ids and what they stand for."""
        return iter(self._table.items())

    def get(self, key: int):
        """What an id stands for, or None."""
        return self._table.get(key)

    @property
    def oldest(self):
        """The id that was given first and what it stands for, or None."""
        return next(iter(self._table.items()), None)

    def of_client(self, client: int):
        """The ids of what a client waits for, in no order."""
        return frozenset(self._of_client.get(client, ()))

    def count_of(self, client: int):
        """How much a client waits for."""
        return len(self._of_client.get(client, ()))

    cpdef uint32_t take_id(self):
        """An id that no transaction has; never 0."""
        while True:
            self.last_id = 1 if self.last_id == UINT32_MAX else self.last_id + 1
            if self.last_id not in self._table:
                return self.last_id

    cpdef uint32_t add(self, Transaction transaction):
        """Remember what is sent, and return its id."""
        cdef uint32_t key = self.take_id()
        cdef set keys
        self._table[key] = transaction
        if transaction.client is not None:
            keys = self._of_client.get(transaction.client)
            if keys is None:
                keys = self._of_client[transaction.client] = set()
            keys.add(key)
        return key

    cpdef Transaction pop(self, key: int):
        """Forget a transaction, and return it; None when there is none."""
        cdef Transaction found = self._table.pop(key, None)
        cdef set keys
        if found is not None and found.client is not None:
            keys = self._of_client[found.client]
            keys.discard(key)
            if not keys:
                del self._of_client[found.client]
        return found

    def release(self, client: int):
        """What a client waits for is nobody's any more; how much that is."""
        cdef Transaction found
        keys = self._of_client.pop(client, ())
        for key in keys:
            found = self._table[key]
            found.client = None
        return len(keys)

    def clear(self):
        """Forget all."""
        self._table.clear()
        self._of_client.clear()

    # ------------------------------------------------------------------ the quick way

    cdef Transaction begun(self, object client, const char *message, long long time_ns):
        """The transaction of a whole command that only needs another id; None for all else."""
        cdef bytes name
        cdef Transaction made
        cdef set keys
        for name in self._commands:
            if memcmp(PyBytes_AS_STRING(name), message + AT_COMMAND, COMMAND_NAME_SIZE) == 0:
                return None
        keys = self._of_client.get(client)
        if keys is not None and len(keys) >= self.client_max:
            return None
        made = Transaction.__new__(Transaction)
        made.client = client
        made.transaction_id = relay_u32(message + AT_ID)
        made.command = PyBytes_FromStringAndSize(message + AT_COMMAND, COMMAND_NAME_SIZE)
        made.sent_ns = time_ns
        return made

    cdef Transaction answered(self, const char *message):
        """What a whole answer ends, if that only needs its client's id; None for all else."""
        cdef bytes name
        cdef const char *command = message + AT_COMMAND
        cdef Transaction found = self._table.get(relay_u32(message + AT_ID))
        if found is None or found.client is None or found.buffer is not None:
            return None
        if memcmp(PyBytes_AS_STRING(found.command), command, COMMAND_NAME_SIZE) != 0:
            return None
        for name in self._answers:
            if memcmp(PyBytes_AS_STRING(name), command, COMMAND_NAME_SIZE) == 0:
                return None
        return found


@cython.final
cdef class Way:
    """A modem that is open and has sent nothing but whole messages: it is one of `owner`'s.

    `size_max` is the longest transfer that it takes. Of a stream a read may have several messages.
    """

    cdef readonly int descriptor
    cdef readonly Transactions transactions
    cdef readonly Py_ssize_t size_max
    cdef readonly bint is_stream
    cdef readonly object owner
    cdef bint is_stuck  # a message is not written whole: nothing more until that is seen to

    def __init__(
        self,
        int descriptor,
        Transactions transactions not None,
        Py_ssize_t size_max,
        *,
        bint is_stream,
        owner: object,
    ):
        self.descriptor = descriptor
        self.transactions = transactions
        self.size_max = size_max
        self.is_stream = is_stream
        self.owner = owner


@cython.final
cdef class Route:
    """A client that has named a modem, sent nothing but whole messages, and takes its answers.

    `has_unread`: it is not known to have read all that it was sent.
    """

    cdef readonly int descriptor
    cdef readonly object client
    cdef readonly Way way
    cdef bint has_unread
    cdef bint is_stuck

    def __init__(self, int descriptor, client: int, Way way not None, *, bint has_unread):
        self.descriptor = descriptor
        self.client = client
        self.way = way
        self.has_unread = has_unread


cdef class Relay:
    """Passes ordinary messages on between the descriptors of an epoll.

    `find(descriptor)` is the Way or the Route there just now, `find_client(number)` the Route of a
    client; None for what is not as usual. Times are ns since `start_ns` of the clock that goes on
    while the machine sleeps. `run` returns with about `notes_max` notes.
    """

    cdef int _epoll
    cdef long long _start_ns
    cdef object _find
    cdef object _find_client
    cdef dict _found      # by descriptor, of this run
    cdef dict _routes     # by client, of this run
    cdef list _notes
    cdef Py_ssize_t _notes_max
    cdef long long _first_ns
    cdef list _unhandled
    cdef bint _is_stuck
    cdef readonly bint is_idle
    cdef readonly long long time_ns
    cdef char _data[TRANSFER_MAX]

    def __init__(
        self,
        int epoll,
        long long start_ns,
        find: object,
        find_client: object,
        *,
        Py_ssize_t notes_max,
    ):
        self._epoll = epoll
        self._notes_max = notes_max
        self._start_ns = start_ns
        self._find = find
        self._find_client = find_client
        self._found = {}
        self._routes = {}
        self._notes = []
        self._unhandled = []

    def take(self):
        """What was passed on since the last call, in order.

        (kind, time_ns, client, owner, transfer, rest): `transfer` is the modem's, with the id that
        the modem knows. `rest` is None, or what is left to do: of a COMMAND how many of its bytes
        the modem has taken, of an ANSWER (message, taken) of the client, of REFUSED an errno.
        """
        taken, self._notes = self._notes, []
        return taken

    def run(self, long long due_ns, long long grace_ns, long long age_ns, *, bint has_backlog):
        """Pass on until there is something else to do; what has happened besides, in order.

        That is (descriptor, events, data, errno): `data` was read there and is for the caller, None
        when nothing was read; errno is that of reading, else 0. Returns also at `due_ns`, when
        there are many notes or the first is about `age_ns` old, and with `is_idle` when nothing has
        come until `due_ns`, or for `grace_ns` where there are notes or a backlog. OSError when one
        cannot wait.
        """
        cdef relay_event_t events[RELAY_EVENTS_MAX]
        cdef int count, place, problem, timeout_ms
        self._found.clear()
        self._routes.clear()
        self._is_stuck = False
        self.is_idle = False
        self.time_ns = relay_clock_ns() - self._start_ns
        while True:
            timeout_ms = self._timeout_ms(due_ns, grace_ns, has_backlog)
            PyErr_CheckSignals()  # those that came while messages were passed on wake nobody
            with nogil:
                count = relay_wait(self._epoll, events, timeout_ms)
                problem = errno
            self.time_ns = relay_clock_ns() - self._start_ns
            if count < 0:
                if problem != EINTR:
                    raise OSError(problem, "cannot wait for modem and clients")
                continue
            if count == 0:
                self.is_idle = True
                break
            for place in range(count):
                self._handle(events[place].descriptor, events[place].events)
            if self._unhandled or self._is_stuck or self.time_ns >= due_ns:
                break
            if self._notes and self._is_time_for_notes(age_ns):
                break
        unhandled, self._unhandled = self._unhandled, []
        return unhandled

    cdef bint _is_time_for_notes(self, long long age_ns) except -1:
        """Whether the notes are many or old: if so, at a moment when no answer is on its way.

        What is done with them takes longer than a modem may take to answer. Where no such moment
        comes they are a quarter more, or a quarter older.
        """
        cdef Py_ssize_t count = len(self._notes)
        cdef long long waited_ns = self.time_ns - self._first_ns
        cdef object found
        if count < self._notes_max and waited_ns < age_ns:
            return False
        if count - self._notes_max >= self._notes_max // 4 or waited_ns - age_ns >= age_ns // 4:
            return True
        for found in self._found.values():
            if type(found) is Way and len((<Way>found).transactions) > 0:
                return False
        return True

    cdef int _timeout_ms(self, long long due_ns, long long grace_ns, bint has_backlog):
        cdef long long wait_ns = due_ns - self.time_ns
        if (self._notes or has_backlog) and grace_ns < wait_ns:
            wait_ns = grace_ns
        if wait_ns <= 0:
            return 0
        return <int>min((wait_ns + NS_PER_MS - 1) // NS_PER_MS, 3600000)

    # ------------------------------------------------------------------ what has come

    cdef int _handle(self, int descriptor, unsigned int events) except -1:
        cdef object found
        if events != relay_readable():
            self._unhandled.append((descriptor, events, None, 0))
            return 0
        if descriptor in self._found:
            found = self._found[descriptor]
        else:
            found = self._found[descriptor] = self._find(descriptor)
        if type(found) is Route:
            self._routes.setdefault((<Route>found).client, found)
            return self._read_client(<Route>found, descriptor)
        if type(found) is Way and not (<Way>found).is_stuck:
            return self._read_modem(<Way>found, descriptor)
        self._unhandled.append((descriptor, events, None, 0))
        return 0

    cdef int _hand_back(
        self, int descriptor, Py_ssize_t begin, Py_ssize_t end
    ) except -1:
        cdef bytes data = PyBytes_FromStringAndSize(self._data + begin, end - begin)
        self._unhandled.append((descriptor, relay_readable(), data, 0))
        return 0

    cdef int _note(
        self, int kind, object client, Way way, object transfer, object rest
    ) except -1:
        if not self._notes:
            self._first_ns = self.time_ns
        if rest is not None:
            self._is_stuck = True
        self._notes.append((kind, self.time_ns, client, way.owner, transfer, rest))
        return 0

    cdef int _read_client(self, Route route, int descriptor) except -1:
        cdef Py_ssize_t at = 0, length
        cdef long size = relay_read(descriptor, self._data, CLIENT_READ_SIZE)
        cdef int problem = errno
        if size <= 0:
            if size < 0 and relay_comes_later(problem):
                return 0
            # The end is there to be read again; of an error the kernel says only once what it was.
            self._unhandled.append(
                (descriptor, relay_readable(), None, problem if size < 0 else 0)
            )
            return 0
        while at < size:
            length = whole_length(self._data + at, size - at, TYPE_COMMAND)
            if not length or not self._pass_command(route, self._data + at, length):
                break
            at += length
        if route.has_unread and relay_is_read(descriptor):
            route.has_unread = False
            self._note(CONFIRMED, route.client, route.way, None, None)
        if at < size:
            self._hand_back(descriptor, at, size)
        return 0

    cdef bint _pass_command(self, Route route, char *message, Py_ssize_t length) except -1:
        """Give the modem a whole command under another id; False, and nothing is done."""
        cdef Way way = route.way
        cdef Transaction transaction
        cdef uint32_t key
        cdef long taken
        cdef int problem
        if way.is_stuck or length > way.size_max:
            return False
        transaction = way.transactions.begun(route.client, message, self.time_ns)
        if transaction is None:
            return False
        key = way.transactions.add(transaction)
        relay_put_u32(message + AT_ID, key)
        taken = relay_write(way.descriptor, message, length)
        problem = errno
        # Behind the write: what stands in a recording the modem has been given.
        transfer = PyBytes_FromStringAndSize(message, length)
        if taken == length:
            self._note(COMMAND, route.client, way, transfer, None)
            return True
        way.is_stuck = True
        if taken >= 0 or relay_comes_later(problem):
            self._note(COMMAND, route.client, way, transfer, max(taken, 0))
        else:
            self._note(REFUSED, route.client, way, transfer, problem)
        return True

    cdef int _read_modem(self, Way way, int descriptor) except -1:
        cdef Py_ssize_t at = 0, length
        cdef long size = relay_read(descriptor, self._data, TRANSFER_MAX)
        cdef int problem = errno
        if size < 0:
            if not relay_comes_later(problem):
                self._unhandled.append((descriptor, relay_readable(), None, problem))
            return 0
        while at < size:
            length = whole_length(self._data + at, size - at, TYPE_COMMAND_DONE)
            if not length or not (way.is_stream or length == size):
                break
            if not self._pass_answer(way, self._data + at, length):
                break
            at += length
        if at < size or size == 0:
            self._hand_back(descriptor, at, size)
        return 0

    cdef Route _route_of(self, object client):
        cdef object found = self._routes.get(client, self)
        if found is self:
            found = self._routes[client] = self._find_client(client)
        return <Route>found if type(found) is Route else None

    cdef bint _pass_answer(self, Way way, char *message, Py_ssize_t length) except -1:
        """Give a client a whole answer under its own id; False, and nothing is done."""
        cdef uint32_t key = relay_u32(message + AT_ID)
        cdef Transaction found = way.transactions.answered(message)
        cdef Route route
        cdef long taken
        cdef int problem
        if found is None:
            return False
        route = self._route_of(found.client)
        if route is None or route.is_stuck or route.way is not way:
            return False
        relay_put_u32(message + AT_ID, found.transaction_id)
        taken = relay_send(route.descriptor, message, length)
        problem = errno
        if taken <= 0:
            relay_put_u32(message + AT_ID, key)
            route.is_stuck = True
            if problem == ECONNRESET:
                self._note(RESET, route.client, way, None, None)
            return False
        route.has_unread = True
        rest = None
        if taken != length:
            route.is_stuck = True
            rest = PyBytes_FromStringAndSize(message, length), taken
        relay_put_u32(message + AT_ID, key)
        way.transactions.pop(key)
        self._note(
            ANSWER, route.client, way, PyBytes_FromStringAndSize(message, length), rest
        )
        return True
