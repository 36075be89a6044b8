"""What has to be true of a checkout in the end, by the services' books, the answers and the log."""
import json
import re

# The calls of the route and the books in which they are, in the order of the writes.
WRITES = {"reservation": "inventory", "payment": "payments", "order": "orders"}
READS = ["me", "placed", "products"]
# Events of one name in one book, a letter each: done, repeated, refused, undone, nothing to undo. It is done once at most.
# Something is refused only where it was undone before. What was undone is not done again.
LIFE = re.compile(r"(dr*)?([un]([xun])*)?")
# Of two that were asked for at once, by one name: the second is refused while the first stands.
LIFE_OF_TWO = re.compile(r"(d[rx]*)?([un][xun]*)?")


class Answer:
    def __init__(self, number, status, headers, body):
        self.number, self.status, self.body = number, status, body
        # What it says of its calls: name to parameters.
        self.calls = {}
        for item in headers.get("weft-outcome", "").split(", "):
            name, *parameters = item.split(";")
            self.calls[name] = dict(parameter.split("=", 1) for parameter in parameters)

    def outcome(self, call):
        return self.calls.get(call, {}).get("outcome", "ok")

    def compensated(self, call):
        return self.calls.get(call, {}).get("compensated")

    @property
    def is_in_doubt(self):
        """A write of it may have been done, or undone, for all that is known."""
        return any(self.outcome(call) in ("timeout", "connect", "invalid") or self.is_unclear(call) for call in WRITES)

    def is_unclear(self, call):
        status = self.calls.get(call, {}).get("status", "400")
        return not (status.startswith("4") or status in ("501", "503", "505"))

    @property
    def is_pending(self):
        """Something of it may go on behind it."""
        return self.status == 504 or any(self.compensated(call) in ("pending", "failed") for call in WRITES)


class Checkout:
    """`undoing`: the services that were told to misbehave when they undo something."""

    def __init__(self, id, faults, undoing, was_restarted):
        self.id, self.faults, self.undoing, self.was_restarted = id, faults, undoing, was_restarted
        self.user, self.may_buy, self.answers = None, True, []
        # It was asked for twice at once, without a key.
        self.is_doubled = False

    @property
    def name(self):
        return f"{self.user}-{self.id}"

    def request(self, number):
        return f"r{self.id}-{number}"

    def __str__(self):
        answers = [(answer.status, answer.calls, answer.body) for answer in self.answers]
        return f"{self.name} {self.faults} restarted={self.was_restarted} {answers}"


class Log:
    """What the log says of writes: request to calls."""

    def __init__(self, lines):
        self.failed, self.doubt, self.others = {}, {}, []
        for line in lines:
            fields = dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line))
            if " compensation failed " in line:
                self.failed.setdefault(fields["request"], {})[fields["call"]] = fields.get("detail", "")
            elif " write in doubt " in line:
                self.doubt.setdefault(fields["request"], {})[fields["call"]] = line
            elif re.match(r"\S+ (critical|error) ", line) or "Fatal error" in line:
                self.others.append(line)


def judge(checkouts, books, lines, count):
    """Says what is wrong, and counts."""
    log = Log(lines)
    problems = [f"logged: {line}" for line in log.others]
    standing, events, entries = {}, {}, {}
    for call, service in WRITES.items():
        book = books[service]
        entries[call] = {entry.get("reference") or entry["id"]: entry for entry in book["stands"]}
        standing[call] = set(entries[call])
        if len(standing[call]) < len(book["stands"]):
            problems.append(f"{service} has something twice")
        for event in book["history"]:
            letter = "x" if event["event"] == "refused" else event["event"][0]
            events.setdefault((call, event["name"]), []).append(letter)
    for checkout in checkouts:
        stands = {call for call in WRITES if checkout.name in standing[call]}
        lives = {call: "".join(events.get((call, checkout.name), [])) for call in WRITES}
        wrong = list(faults_of(checkout, stands, lives, log, count))
        if stands == set(WRITES) and not fits(*(entries[call][checkout.name] for call in WRITES)):
            wrong.append("what was paid, or reserved, is not what was ordered")
        problems += [f"{text}: {checkout}, standing {sorted(stands)}, books {lives}, "
                     f"failed {[log.failed.get(checkout.request(n)) for n in range(2)]}, "
                     f"doubt {[log.doubt.get(checkout.request(n)) for n in range(2)]}" for text in wrong]
    known = {checkout.name for checkout in checkouts}
    problems += [f"nobody asked for {name}" for _, name in events if name not in known]
    return problems


def fits(reservation, payment, order):
    lines = [(line["sku"], line["quantity"]) for line in order["lines"]]
    return (
        lines == [(line["sku"], line["quantity"]) for line in reservation["lines"]]
        and (order["total"], order["payment"]) == (payment["amount"], payment["id"])
    )


def faults_of(checkout, stands, lives, log, count):
    told = {}
    for number in range(max(2, len(checkout.answers) + 1)):
        for found in (log.failed, log.doubt):
            for call in found.get(checkout.request(number), {}):
                told.setdefault(call, []).append(number)
    if checkout.is_doubled:
        count["doubled"] += 1
        if not checkout.may_buy and any(lives.values()):
            yield "somebody who may not buy was served"
        # What is in doubt is undone by its name, which is the other's, too (docs/writes.md).
        if len(checkout.answers) < 2 or told or any(answer.is_in_doubt for answer in checkout.answers):
            count["doubled, in doubt"] += 1
            return
    # Each checkout: all of it, or none, or the log tells of all that stands and should not.
    if stands == set(WRITES):
        count["stand"] += 1
    elif not stands:
        count["none"] += 1
        if any("u" in life for life in lives.values()):
            count["none, undone"] += 1
    else:
        count["in part, and told"] += 1
        for call in stands - set(told):
            yield f"{call} stands alone, and the log says nothing"
    for call, life in lives.items():
        # Who repeats a checkout that was undone is refused, and that request has nothing to undo.
        if not (LIFE_OF_TWO if checkout.is_doubled else LIFE).fullmatch(life):
            yield f"{call} has an impossible history"
    if not checkout.may_buy and any(lives.values()):
        yield "somebody who may not buy was served"
    if told:
        count["told"] += 1
    for number, details in ((n, log.failed.get(checkout.request(n), {})) for n in range(2)):
        for call, detail in details.items():
            count["compensations that failed"] += 1
            was_cut_off = "the process ends" in detail or checkout.was_restarted
            if WRITES[call] not in checkout.undoing and not was_cut_off and "time" not in detail:
                yield f"nothing kept {call} from being undone, and the log says that it was not ({detail})"
    for number in range(2):
        failed = log.failed.get(checkout.request(number), {})
        if set(log.doubt.get(checkout.request(number), {})) - set(failed):
            yield "a write is said to be in doubt, and its undoing not to have failed"
    if not checkout.answers and not told:
        count["without an answer"] += 1
    for answer in checkout.answers:
        yield from lies_of(answer, answer.number, checkout, stands, lives, log)


def lies_of(answer, number, checkout, stands, lives, log):
    if answer.body is None:
        return
    if answer.status in (200, 201):
        if stands != set(WRITES):
            yield "it was said to be done"
        elif json.loads(answer.body)["reference"] != checkout.name:
            yield "the answer is of another"
        return
    # A later answer, or an earlier one, may be that it is done.
    is_done = any(other.status in (200, 201) for other in checkout.answers)
    if not is_done and number == 0 and any(answer.outcome(call) not in ("ok", "absent") for call in READS):
        later = len(checkout.answers) > 1
        if any(lives.values()) and not later:
            yield "a required call failed, and something was written"
    for call in WRITES:
        word = answer.compensated(call)
        if word == "done" and call in stands:
            yield f"{call} was said to be undone"
        if word == "failed" and call not in log.failed.get(checkout.request(number), {}):
            yield f"{call} was said to be not undone, and the log says nothing"
        if word is None and call in stands and not is_done and answer.outcome(call) != "timeout":
            yield f"{call} stands, and the answer says nothing of it"
