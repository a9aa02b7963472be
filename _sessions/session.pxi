# The session: where its events go, and what is asked of it.

# What a session carries on of itself.
IS_MAPPED = "is mapped"
_BEGINNING = "beginning"
_MUTED = "muted"
_UNREAD = "has unread"
# The longest that any rule waits for something.
WAIT_NS = 300_000_000_000
cdef int64_t LONGEST_WAIT_NS = WAIT_NS
# Messages behind which nothing that was open is answered.
_RESETS = frozenset((
    MessageType.MBIM_OPEN_MSG,
    MessageType.MBIM_CLOSE_MSG,
    MessageType.MBIM_HOST_ERROR_MSG,
    MessageType.MBIM_FUNCTION_ERROR_MSG,
))
_GONE = frozenset((Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_SURPRISE_REMOVAL))
_D0 = _NUMBERS["NdisDeviceStateD0"].to_bytes(4, "little")
_POWER = _NUMBERS["OID_PNP_SET_POWER"]
_RADIO = _NUMBERS["NDIS_STATUS_WWAN_RADIO_STATE"]
_RADIO_OFF = _NUMBERS["WwanRadioOff"]
_READY = _NUMBERS["NDIS_STATUS_WWAN_READY_INFO"]


@cython.final
cdef class Session:
    """The ordered events of one device, with the look-ups that rules need.

    Positions (`Item.at`) order everything; `before` means strictly before, by position. A long
    session is seen in windows (wwanreplay/analysis/check/windows.py), each of which is a session of
    its own: `judged` are the positions whose judgements count there, and what stands around them is
    for the look-ups. `is_whole`: the recording has everything, the device from its beginning and
    what its environment did; not so for a log of somebody else, and behind a gap. `carried` is what
    rules know of the windows before, and `carried_on` what they give to the next, by names of their
    own. `is_mapped`: the mapping of MBIM messages has made the answers of its requests.
    """
    cdef readonly list items
    cdef readonly object judged
    cdef readonly bint is_whole
    cdef readonly dict carried
    cdef readonly dict carried_on
    cdef readonly list transactions
    # By their codes.
    cdef readonly dict requests
    cdef readonly dict indications
    cdef readonly list stimuli
    cdef readonly list completions
    cdef readonly list messages
    cdef readonly list lifecycle
    # Completions and indications, in order.
    cdef readonly list outputs
    cdef readonly bint is_mapped
    # Time of the first event, and RequestId of the first request, of this part of the recording.
    cdef int64_t _begun_ns
    cdef object _first_id
    # Where a host opens or closes the device, or an error ends what was open.
    cdef list _resets
    # Where events are of which the log shows nothing but their names.
    cdef list _unread
    cdef bint _has_unread
    # Whether the host has turned events off: what is not reported is no fault then.
    cdef bint _is_muted
    cdef dict _by_index
    cdef _ByRequestId _by_id
    cdef dict _derived
    cdef dict _forms
    cdef list _judged_transactions
    cdef _Forms _judged_forms
    cdef dict _buffers_of
    cdef dict _known
    cdef dict _reports_of
    cdef dict _requests_of
    cdef dict _spans_of
    cdef dict _closed_by
    cdef dict _judged_of
    cdef dict _stimuli_of
    cdef list _interruptions

    def __init__(self, events, *, numbers=None, judged=None, carried=None, bint is_whole=True):
        self.carried = {} if carried is None else carried
        self.carried_on = {}
        self.is_whole = is_whole
        self.is_mapped = self.carried.get(IS_MAPPED, False)
        self._begun_ns, self._first_id = self.carried.get(_BEGINNING, (0, None))
        self._has_unread = self.carried.get(_UNREAD, False)
        self._is_muted = self.carried.get(_MUTED, False)
        self.transactions, self.requests, self.indications = [], {}, {}
        self.stimuli, self.completions, self.messages, self.lifecycle = [], [], [], []
        self.outputs = []
        self._resets, self._unread = [], []
        self._by_index, self._by_id = {}, _ByRequestId()
        self._derived, self._known, self._forms = {}, {}, {}
        self._reports_of, self._requests_of = {}, {}
        self._spans_of, self._closed_by, self._buffers_of, self._judged_of = {}, {}, {}, {}
        self.items = self._items(events, numbers)
        self.judged = range(len(self.items)) if judged is None else judged
        if self.items and _BEGINNING not in self.carried:
            self._begun_ns = (<Item>self.items[0]).time_ns
        self.carried_on[_MUTED] = self._place_all(self.judged.stop)
        self.carried_on[IS_MAPPED] = self.is_mapped
        self.carried_on[_BEGINNING] = self._begun_ns, self._first_id
        self.carried_on[_UNREAD] = self.has_unread(self.judged.stop)

    cdef list _items(self, events, numbers):
        cdef Item item
        cdef int64_t at = 0
        cdef int64_t number
        cdef list found = []
        for event in events:
            item = Item.__new__(Item)
            number = at if numbers is None else <int64_t>numbers[at]
            item._fill(at, event, number, self._known)
            found.append(item)
            at += 1
        return found

    cdef bint _place_all(self, int64_t stop) except -1:
        """Place each event; whether events are turned off at the end of the judged part."""
        cdef Item item
        cdef bint is_muted_on = self._is_muted
        for item in self.items:
            self._place(item)
            if item.at < stop:
                is_muted_on = self._is_muted
        return is_muted_on

    cdef int _place(self, Item item) except -1:
        cdef int kind = item.kind
        event = item.event
        if kind == KIND_WIRE:
            return self._place_message(item)
        if event.namespace == NAMESPACE_MBIM:
            return 0
        if self._is_muted:
            self._resets.append(item.at)
        if item.is_incomplete and not event.payload and not event.fields:
            self._unread.append(item.at)
        if kind == KIND_INDICATION:
            self.outputs.append(item)
            _listed(self.indications, item.code).append(item)
            if not item.is_event:
                self._by_id.close(item, self._may_begin_before(item))
        elif kind == KIND_COMPLETION:
            self.is_mapped |= item.is_made_up
            self.outputs.append(item)
            self.completions.append(item)
            self._place_completion(item)
        elif kind == KIND_QUERY or kind == KIND_SET or kind == KIND_METHOD:
            self._place_request(item)
        elif kind == KIND_CANCEL:
            self._by_id.cancel(item)
        elif kind == KIND_STIMULUS:
            self.stimuli.append(item)
        elif kind == KIND_LIFECYCLE:
            self.lifecycle.append(item)
        return 0

    cdef int _place_message(self, Item item) except -1:
        self.messages.append(item)
        payload = item.event.payload
        head = look(payload)
        if head.type == MessageType.MBIM_OPEN_MSG:
            self._is_muted = False
        elif head.type == MessageType.MBIM_COMMAND_MSG:
            self._is_muted = mutes(payload, head, is_muted=bool(self._is_muted))
        if head.type in _RESETS:
            self._resets.append(item.at)
        return 0

    cdef int _place_request(self, Item item) except -1:
        cdef Transaction transaction = Transaction(item)
        if self._first_id is None and item.request_id:
            self._first_id = item.request_id
        item.begun = transaction
        self.transactions.append(transaction)
        _listed(self.requests, transaction.oid).append(transaction)
        self._by_index[item.index] = transaction
        return self._by_id.add(transaction)

    cdef int _place_completion(self, Item item) except -1:
        cdef Transaction transaction = None
        cause = item.event.cause
        if cause is not None:
            transaction = self._by_index.get(cause)
        if transaction is None:
            transaction = self._by_id.unanswered(item)
        if transaction is not None:
            item.transaction = transaction
            transaction.add_completion(item)
        return 0

    @property
    def end_ns(self):
        """Time of the last event."""
        return (<Item>self.items[len(self.items) - 1]).time_ns if self.items else 0

    def forget(self):
        """Empty it, when nobody asks it any more; its items stay whole for who has one.

        What nobody has goes at once, without garbage being looked for.
        """
        cdef Transaction transaction
        cdef list items = list(self.items), transactions = list(self.transactions)
        for found in (
            self.items, self.transactions, self.requests, self.indications, self.stimuli,
            self.completions, self.messages, self.lifecycle, self.outputs, self._by_index,
            self._derived, self._forms, self._known, self._reports_of, self._requests_of,
            self._spans_of, self._closed_by, self._buffers_of, self._judged_of,
        ):
            found.clear()
        self._by_id = _ByRequestId()
        self._stimuli_of = self._judged_transactions = self._interruptions = None
        self._judged_forms = None
        for transaction in transactions:
            transaction.earlier = None
        for transaction in transactions:
            # Known are the list's and the one of this loop.
            if not transaction.is_held(2):
                transaction.part()
        items.clear()

    def derived(self, name, build):
        """A view of this session, built on first use and kept under this name."""
        if name not in self._derived:
            self._derived[name] = build(self)
        return self._derived[name]

    def has_unread(self, int64_t before):
        """Whether the log shows nothing but the name of some event before a position."""
        return bool(self._has_unread or (self._unread and self._unread[0] < before))

    def may_answer_unseen(self, Item item not None):
        """Whether the request of an indication may stand before the beginning of the recording.

        So it is for a RequestId that was not seen, if it is lower than that of the first request
        that was, soon after the beginning: RequestIds are given in ascending order. And for one
        that was seen there on another port alone.
        """
        if item.is_of_unseen:
            return True
        if item.transaction is not None or not self._may_begin_before(item):
            return False
        return self._first_id is None or item.request_id < self._first_id

    cdef bint _may_begin_before(self, Item item):
        return not self.is_whole and item.time_ns - self._begun_ns <= LONGEST_WAIT_NS

    # Requests

    def begun_by(self, Item item not None):
        """The transaction of a request; None for any other event."""
        return item.begun

    cdef list _requests(self, oid, str kind):
        if not kind:
            return self.requests.get(oid) or []
        key = (oid, kind)
        found = self._requests_of.get(key)
        if found is None:
            found = self._requests_of[key] = []
            for each in self.requests.get(oid, ()):
                if (<Transaction>each).is_set if kind == "set" else (<Transaction>each).is_query:
                    found.append(each)
        return <list>found

    cdef list concerned(self):
        cdef Transaction each
        cdef int64_t start = self.judged.start, stop = self.judged.stop
        if self._judged_transactions is None:
            found = []
            for each in self.transactions:
                if each.request.at < stop and each.latest >= start:
                    found.append(each)
            self._judged_transactions = found
        return self._judged_transactions

    cdef bint is_judged(self, int64_t start, int64_t stop):
        """Whether this is the judged part."""
        return start == self.judged.start and stop == self.judged.stop

    cdef _Forms forms(self):
        if self._judged_forms is None:
            self._judged_forms = _Forms(self)
        return self._judged_forms

    cdef _Buffers buffers_of(self, list items, bint whole):
        """The buffers of a list, which must not grow any more."""
        key = (id(items), whole)
        found = self._buffers_of.get(key)
        if found is None:
            # The list stays with it, so that no other has its id.
            found = self._buffers_of[key] = items, _Buffers(self, items, whole)
        return <_Buffers>(<tuple>found)[1]

    @property
    def judged_transactions(self):
        """The transactions that have an event in the judged part."""
        return self.concerned()

    cdef dict memory_of(self, Transaction transaction):
        """What was found out about transactions of the same form; None where there are few."""
        if transaction._memory is None and len(transaction.completions) <= 2:
            if len(transaction.indications) <= 2:
                form = transaction.form()
                found = self._forms.get(form)
                if found is None:
                    found = self._forms[form] = {}
                transaction._memory = <dict>found
        return transaction._memory

    def judged_requests(self, oid, str kind not None=""):
        """The requests of an OID that have an event in the judged part, in order."""
        cdef Transaction each
        cdef int64_t start = self.judged.start, stop = self.judged.stop
        key = (oid, kind)
        found = self._judged_of.get(key)
        if found is None:
            found = self._judged_of[key] = []
            for each in self._requests(oid, kind):
                if each.request.at < stop and each.latest >= start:
                    found.append(each)
        return found

    def of(self, oid, str kind not None=""):
        """The requests of an OID, an iterator; `kind` is query, set or empty for both."""
        return iter(self._requests(oid, kind))

    def sent_inside(self, oid, int64_t after, int64_t before, str kind not None=""):
        """The requests of an OID that were sent between two positions, both excluded."""
        cdef list found = self._requests(oid, kind)
        return found[_sent_before(found, after + 1):_sent_before(found, before)]

    def closed(self, oid, code, str kind not None=""):
        """(request, indication) of the accepted requests of an OID that this indication closed.

        Those that power, presence or a gap cut off are left out. The list is not to be changed.
        """
        cdef Transaction each
        cdef Item closing
        key = (oid, code, kind)
        found = self._closed_by.get(key)
        if found is None:
            found = self._closed_by[key] = []
            for each in self._requests(oid, kind):
                closing = each.closing
                if closing is None or not each.accepted or closing.code != code:
                    continue
                if not self._is_interrupted(each.request.at, closing.at):
                    found.append((each, closing))
        return found

    def judged_closed(self, oid, code, str kind not None=""):
        """Those of them that have an event in the judged part."""
        cdef Transaction each
        cdef int64_t start = self.judged.start, stop = self.judged.stop
        cdef list found = []
        for pair in self.closed(oid, code, kind):
            each = (<tuple>pair)[0]
            if each.request.at < stop and each.latest >= start:
                found.append(pair)
        return found

    cdef _Spans _spans(self, oid, str kind):
        key = (oid, kind)
        found = self._spans_of.get(key)
        if found is None:
            found = self._spans_of[key] = _Spans(self._requests(oid, kind))
        return <_Spans>found

    def open_at(self, int64_t at, oid, str kind not None=""):
        """The requests of an OID that were open at a position."""
        cdef _Spans spans = self._spans(oid, kind)
        cdef Transaction each
        cdef Py_ssize_t place
        found = []
        for place in range(_sent_before(spans.ended, at) - 1, -1, -1):
            if <int64_t>spans.latest_end[place] < at:
                break
            each = spans.ended[place]
            if each.is_open(at):
                found.append(each)
        if spans.endless:
            found += spans.endless[:_sent_before(spans.endless, at)]
            found.sort(key=_sent_at, reverse=True)
        found.reverse()
        return found

    def any_open(self, oid, int64_t start, int64_t end):
        """Whether a set of an OID was under way at some moment between two positions."""
        cdef _Spans spans = self._spans(oid, "set")
        cdef Py_ssize_t place
        if spans.endless and (<Transaction>spans.endless[0]).request.at <= end:
            return True
        place = _sent_before(spans.ended, end + 1)
        return place > 0 and <int64_t>spans.latest_end[place - 1] >= start

    # Reports

    cdef _Reports _reports(self, code, port):
        """Reports of all ports or one."""
        key = code if port is None else (code, port)
        found = self._reports_of.get(key)
        if found is None:
            items = self.indications.get(code, [])
            if port is not None:
                every, items = items, []
                for item in every:
                    if (<Item>item).port == port:
                        items.append(item)
            found = self._reports_of[key] = _Reports(items)
        return <_Reports>found

    def judged_reports(self, code, *, port=None):
        """The reports of an indication in the judged part, in order."""
        cdef list items = self._reports(code, port).items
        return items[
            _items_before(items, self.judged.start):_items_before(items, self.judged.stop)
        ]

    def reports(self, code, *, port=None):
        """Completions and events of an indication in order, failed ones included."""
        return self._reports(code, port).items

    def reports_between(self, code, int64_t since_ns, int64_t until_ns, *, port=None):
        """The reports of an indication in a span of time, both ends included."""
        cdef list items = self._reports(code, port).items
        return items[
            _items_earlier(items, since_ns, False):_items_earlier(items, until_ns, True)
        ]

    def reports_inside(self, code, int64_t after, int64_t before, *, port=None):
        """The reports of an indication between two positions, both excluded."""
        cdef list items = self._reports(code, port).items
        return items[_items_before(items, after + 1):_items_before(items, before)]

    def reports_behind(self, code, int64_t after, *, port=None):
        """The reports of an indication behind a position, in order."""
        cdef list items = self._reports(code, port).items
        cdef Py_ssize_t place
        for place in range(_items_before(items, after + 1), len(items)):
            yield items[place]

    cdef Item _last_report(self, code, int64_t before, port):
        cdef list items = self._reports(code, port).successes()
        cdef Py_ssize_t place = _items_before(items, before)
        return <Item>items[place - 1] if place else None

    def last_report(self, code, int64_t before, *, port=None, str ending not None="", accept=None):
        """The last report of an indication before a position, with uStatus success.

        With `ending`, set or query, the last that ends such a request. `accept` narrows it further:
        reports are gone through until it is satisfied, so let it be of something frequent.
        """
        cdef list items
        cdef Py_ssize_t place
        if accept is None and not ending:
            return self._last_report(code, before, port)
        items = self._reports(code, port).ending(ending)
        for place in range(_items_before(items, before) - 1, -1, -1):
            if accept is None or accept(items[place]):
                return items[place]
        return None

    def next_report(self, code, int64_t after, accept=None, *, port=None):
        """The first report of an indication behind a position that satisfies `accept`.

        Failed reports are included.
        """
        cdef list items = self._reports(code, port).items
        cdef Py_ssize_t place
        for place in range(_items_before(items, after + 1), len(items)):
            if accept is None or accept(items[place]):
                return items[place]
        return None

    cdef list _stimuli(self, str name):
        if self._stimuli_of is None:
            self._stimuli_of = {}
            for item in self.stimuli:
                _listed(self._stimuli_of, item.code).append(item)
        return self._stimuli_of.get(_NUMBERS[f"STIMULUS_{name}"]) or []

    def stimuli_of(self, str name not None):
        """The stimuli of a name, such as `NETWORK_DETACH`."""
        return self._stimuli(name)

    def stimuli_inside(self, str name not None, int64_t after, int64_t before):
        """The stimuli of a name between two positions, both excluded."""
        cdef list items = self._stimuli(name)
        return items[_items_before(items, after + 1):_items_before(items, before)]

    def any_stimulus_inside(self, int64_t after, int64_t before):
        """Whether the environment did anything between two positions, both excluded."""
        return _items_before(self.stimuli, before) > _items_before(self.stimuli, after + 1)

    def lifecycle_inside(self, int64_t after, int64_t before):
        """The lifecycle events between two positions, both excluded."""
        cdef Py_ssize_t low = _items_before(self.lifecycle, after + 1)
        return self.lifecycle[low:_items_before(self.lifecycle, before)]

    def position(self, int64_t time_ns):
        """The position behind the last event at or before a time."""
        return _items_earlier(self.items, time_ns, True)

    # Reported states

    def value_before(self, int64_t at, code, path, port=None):
        """A field of the last successful report before a position, None without one."""
        cdef Item report = self._last_report(code, at, port)
        return None if report is None else report.value(path)

    def radio_off(self, int64_t at):
        """Effective radio off by the last radio state report; None when none has come."""
        cdef Item report = self._last_report(_RADIO, at, None)
        if report is None:
            return None
        return (
            report.value("RadioState.HwRadioState") == _RADIO_OFF
            or report.value("RadioState.SwRadioState") == _RADIO_OFF
        )

    def ready_state(self, int64_t at):
        """ReadyState by the last report; None when none has come."""
        return self.value_before(at, _READY, "ReadyInfo.ReadyState")

    cdef list _interrupting(self):
        if self._interruptions is None:
            found = set(self._unread) | set(self._resets)
            for item in self.lifecycle:
                if item.code in _GONE:
                    found.add(item.at)
            for transaction in self._requests(_POWER, "set"):
                if transaction.request.event.payload[:4] != _D0:
                    found.add(transaction.request.at)
            self._interruptions = sorted(found)
        return self._interruptions

    @property
    def interruptions(self):
        """Positions at which what was known before may be over.

        Power or presence ended there, or the host opened or closed the device, so that requests
        that were open get no answer; or a report came of which the log shows nothing, or may have
        come while the host had events turned off.
        """
        return self._interrupting()

    def interrupted(self, int64_t start, int64_t end):
        """Whether power or presence went away between two positions."""
        return self._is_interrupted(start, end)

    cdef bint _is_interrupted(self, int64_t start, int64_t end) except -1:
        cdef list found = self._interrupting()
        cdef Py_ssize_t place = _numbers_before(found, start)
        return place < len(found) and <int64_t>found[place] <= end


def _sent_at(Transaction transaction not None):
    return transaction.request.at
