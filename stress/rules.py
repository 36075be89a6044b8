"""What the edge has to decide of a request, by docs/edge.md alone: each stage in its order, the first that refuses."""
import collections
import zlib

GATEWAY = """
trustedProxies: [127.0.0.0/8]
redis: { url: "%(redis)s", timeout: 500ms }
limits: { counters: 20000, idempotencyBytes: 4MiB }
cache: { memory: 8MiB }
auth:
  shop: { jwt: { issuer: "https://id.stress.test", audience: "api://edge", keys: "%(keys)s" } }
  internal: { jwt: { issuer: "https://id.stress.test", audience: "api://edge", keys: { secret: "${env.SECRET}" } } }
  partners: { apiKey: { keys: keys.yaml } }
plans:
  gold: { limit: 1000000/h }
  tiny: { limit: 12/3s }
defaults:
  secure: true
  compress: { encodings: [br, gzip] }
  cors: { origins: [https://shop.example, https://*.shop.example], expose: [ratelimit], credentials: true, maxAge: 10m }
  allow: [127.0.0.1, 198.18.0.0/15, 2001:db8::/32]
  deny: [198.18.66.0/24, 2001:db8:66::/48]
  limit: { rate: 1000000/h, name: general }
  errors: { status: "${error.status}", stage: "${error.stage}", reason: "${error.reason}" }
"""
# `@N@`: how many times the definition was changed; `@P@`: whether that is odd.
DEFINITION = r"""
backends:
  shop: { url: "${env.BACKEND}" }
defaults:
  responseHeaders: { X-Generation: "g@N@" }
routes:
  POST /orders:
    limit: [base, { rate: 1000000/h, by: "${identity.subject}", name: subject }]
    auth: { any: [shop, partners], scopes: ["orders:write"] }
    refuse:
      - { when: "${like(headers.\"user-agent\" || '', 'bad-bot*')}", detail: no bots }
      - { when: "${query.odd == 'yes'}", status: 400, detail: odd }
      - { when: "${headers.\"x-flavor\" == 'f@P@'}", status: 451, detail: not now }
    bodyLimit: 2KiB
    waf: { rules: crs }
    idempotency: { required: true }
    calls: { order: { request: POST shop /orders, body: "${body}", required: true } }
    response: { id: "${order.id}", run: "${order.run}", by: "${identity.subject}" }
  GET /items/:id:
    auth: { any: [shop, partners] }
    limit: [base, plan]
    cache: 2s
    calls: { found: { request: "GET shop /items/${path.id}", required: true } }
    response: "${found}"
  GET /mine/:id:
    auth: shop
    cache: 2s
    calls: { found: { request: "GET shop /items/${path.id}", required: true } }
    response: { id: "${found.id}", at: "${found.at}", by: "${identity.subject}" }
  GET /both: { auth: { all: [shop, partners] }, response: { by: "${identity.subject}" } }
  GET /news: { auth: { provider: shop, optional: true }, response: { by: "${identity.subject || 'nobody'}" } }
  GET /who: { auth: internal, response: { by: "${identity.subject}" } }
  PUT /files/*rest: { bodyLimit: 8KiB, proxy: "shop /files/${path.rest}" }
  POST /notes: { bodyLimit: 1KiB, response: { got: "${body.text}" } }
  GET /assets/*rest: { files: { dir: public, cacheControl: "public, max-age=60" } }
  GET /old/:id: { redirect: "/new/${path.id}?page=${query.page}" }
  GET /round/local: { limit: { rate: 12/3s, by: "${headers.\"x-round\"}", name: local }, response: { ok: true } }
  GET /round/allow:
    limit: { rate: 12/3s, by: "${headers.\"x-round\"}", name: allow, onRedisFailure: allow }
    response: { ok: true }
  GET /round/deny:
    limit: { rate: 12/3s, by: "${headers.\"x-round\"}", name: deny, onRedisFailure: deny }
    response: { ok: true }
  GET /round/here:
    limit: { rate: 12/3s, by: "${headers.\"x-round\"}", name: here, store: local }
    response: { ok: true }
  GET /round/bucket: { limit: { rate: 4/s, burst: 12, by: "${headers.\"x-round\"}", name: bucket }, response: { ok: true } }
  GET /round/cost:
    limit: { rate: 12/3s, by: "${headers.\"x-round\"}", name: cost, cost: "${length(query.c)}" }
    response: { ok: true }
  GET /round/address: { limit: { rate: 12/3s, name: address }, response: { ok: true } }
  GET /round/subject: { auth: internal, limit: { rate: 12/3s, by: "${claims.sub}", name: claimed }, response: { ok: true } }
  GET /round/plan: { auth: internal, limit: plan, response: { ok: true } }
  GET /round/two:
    limit:
      - { rate: 12/3s, by: "${headers.\"x-round\"}", name: all }
      - { rate: 5/3s, by: "${headers.\"x-tenant\"}", name: tenant }
    response: { ok: true }
  POST /once/plain:
    auth: internal
    idempotency: { ttl: 1h, required: true }
    calls: { done: { request: POST shop /once, body: "${body}", required: true } }
    response: { id: "${done.id}", run: "${done.run}" }
  POST /once/wait:
    auth: internal
    idempotency: { ttl: 1h, required: true, wait: 5s }
    calls: { done: { request: POST shop /once, body: "${body}", required: true } }
    response: { id: "${done.id}", run: "${done.run}" }
  POST /once/local:
    auth: internal
    idempotency: { ttl: 1h, required: true, onRedisFailure: local }
    calls: { done: { request: POST shop /once, body: "${body}", required: true } }
    response: { id: "${done.id}", run: "${done.run}" }
  POST /once/proxied: { auth: internal, idempotency: { ttl: 1h, required: true }, proxy: shop /once }
"""
ASSETS = {
    "app.js": "let a = 1;\n" * 500, "note.txt": "a note\n", "big/data.json": '{"a": [' + "1234567890, " * 2000 + "0]}",
}
# Keys of API clients: their plan and scopes, and why they are not valid.
PARTNERS = {
    "acme": ("gold", ["orders:write"], None), "beta": ("gold", ["orders:read"], None),
    "bare": (None, ["orders:write"], None),
    "frozen": ("gold", ["orders:write"], "disabled: true"), "late": ("gold", ["orders:write"], "expires: 2020-01-01"),
}
LISTED = ["https://shop.example", "https://a.shop.example", "https://a.b.shop.example"]
UNLISTED = ["https://shop.example.evil.test", "http://shop.example", "https://evilshop.example", "null"]
N, T, BURST, REFILL = 12, 3.0, 12, 4

Decision = collections.namedtuple("Decision", "status stage")
WORK = Decision(200, None)


class Wrong(Exception):
    """An answer that is not what had to come."""


def is_let_in(addresses):
    """By X-Forwarded-For, whose last address the trusted proxy (this script) has seen."""
    last = addresses.split(",")[-1].strip() if addresses else "127.0.0.1"
    if last.startswith("198.18.66.") or last.startswith("2001:db8:66:"):
        return False
    return last == "127.0.0.1" or last.startswith(("198.18.", "198.19.", "2001:db8:"))


class Shown:
    """What a client shows: a token of the issuer or of none, a key of a partner; each may be None."""

    def __init__(self, token=None, key=None, form="once"):
        self.token, self.key, self.form = token, key, form

    def headers(self):
        lines = []
        if self.form == "opaque":
            lines.append(("Authorization", "Bearer neither-three-nor-parts"))
        elif self.token:
            lines += [("Authorization", f"Bearer {self.token.value}")] * (2 if self.form == "twice" else 1)
        return lines + ([("X-API-Key", f"key-of-{self.key}")] if self.key else [])

    def __repr__(self):
        return f"token {self.token} {self.form}, key {self.key}"

    def of_token(self, issuer, answer):
        """`absent`, `invalid`, `unsure` or `valid`, of which several may be true."""
        if self.form == "opaque" or not self.token:
            return {"absent"}
        if self.form == "twice":
            return {"invalid"}
        verdicts = issuer.verdicts(answer.gateway, self.token, answer.sent, answer.taken)
        is_good = self.token.kind in ("good", "no scope", "no plan")
        # What is wrong with a bad one may be seen before its key is looked for.
        found = {"unsure"} if "unsure" in verdicts else set()
        if not is_good or "unknown" in verdicts:
            found.add("invalid")
        return found | ({"valid"} if is_good and "known" in verdicts else set())

    def of_key(self):
        if not self.key:
            return "absent"
        return "valid" if self.key in PARTNERS and PARTNERS[self.key][2] is None else "invalid"

    def scopes(self):
        if self.token:
            return ["orders:read"] if self.token.kind == "no scope" else ["orders:read", "orders:write"]
        return PARTNERS[self.key][1]

    def plan(self):
        if self.token:
            return None if self.token.kind == "no plan" else "gold"
        return PARTNERS[self.key][0]

    def subject(self):
        return self.token.subject if self.token else self.key


REFUSED = {
    "absent": Decision(401, "auth"), "invalid": Decision(401, "auth"), "unsure": Decision(503, "auth"),
    "forbidden": Decision(403, "auth"),
}


def by_any(issuer, answer, shown):
    """`auth: { any: [shop, partners] }`."""
    token = shown.of_token(issuer, answer)
    return {shown.of_key()} if token == {"absent"} else token


def by_all(issuer, answer, shown):
    """`auth: { all: [shop, partners] }`. Which of two that are wrong is told of is not said."""
    token, key = shown.of_token(issuer, answer), shown.of_key()
    both = {token_is if token_is != "valid" else key for token_is in token}
    return both | ({key} - {"valid"} if token != {"valid"} else set())


def orders(issuer, answer, request):
    """All decisions that are right of `POST /orders`."""
    found = set()
    for verdict in by_any(issuer, answer, request.shown):
        if verdict != "valid":
            found.add(REFUSED[verdict])
        elif "orders:write" not in request.shown.scopes():
            found.add(REFUSED["forbidden"])
        else:
            found |= orders_behind_auth(answer, request)
    return found


def orders_behind_auth(answer, request):
    if request.agent.startswith("bad-bot"):
        return {Decision(403, "refuse")}
    if request.is_odd:
        return {Decision(400, "refuse")}
    if request.flavor == f"f{answer.generation() % 2}":
        return {Decision(451, "refuse")}
    if len(request.body) > 2048:
        # One of unannounced length turns out to be too long while it is read.
        return {Decision(413, "body")} | ({Decision(413, "waf")} if request.is_chunked else set())
    if request.is_attack:
        return {Decision(403, "waf")}
    return {WORK} if request.key else {Decision(400, "idempotency")}


def items(issuer, answer, request):
    found = set()
    for verdict in by_any(issuer, answer, request.shown):
        if verdict != "valid":
            found.add(REFUSED[verdict])
        else:
            found.add(WORK if request.shown.plan() else Decision(403, "limit"))
    return found


def simple(verdicts):
    return {WORK if verdict == "valid" else REFUSED[verdict] for verdict in verdicts}


def expect(condition, problem):
    if not condition:
        raise Wrong(problem)


def check_headers(answer, request, has_general):
    """What every answer of a route says, whoever gives it."""
    headers = answer.headers
    says = lambda name: headers.get(name)
    expect(says("x-request-id"), "no X-Request-Id")
    expect(says("x-content-type-options") == "nosniff", "no X-Content-Type-Options")
    expect(says("referrer-policy") == "no-referrer", "no Referrer-Policy")
    expect(says("cross-origin-resource-policy") == "same-origin", "no Cross-Origin-Resource-Policy")
    expect("x-powered-by" not in headers and "backend" not in headers.get("server", ""), "the backend's software is told")
    varies = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    expect("origin" in varies, "no Vary: Origin")
    origin = request.origin if request.origin in LISTED else None
    expect(says("access-control-allow-origin") == origin, f"Access-Control-Allow-Origin is not {origin}")
    expect(says("access-control-allow-credentials") == (origin and "true"), "Access-Control-Allow-Credentials")
    decision = answer.decision()
    if decision.stage:
        expect("no-store" in headers.get("cache-control", ""), "a refusal that may be kept")
        expect(answer.status != 401 or "bearer" in headers.get("www-authenticate", "").lower() or
               "apikey" in headers.get("www-authenticate", "").lower(), "401 without WWW-Authenticate")
    if has_general and decision.stage != "address":
        expect('"general";q=1000000;w=3600' in headers.get("ratelimit-policy", ""), "no RateLimit-Policy")
        expect('"general";r=' in headers.get("ratelimit", ""), "no RateLimit")
    coding = headers.get("content-encoding")
    expect(coding in (None, request.encoding), f"Content-Encoding {coding} was not asked for")
    if coding == "gzip":
        answer.body = zlib.decompress(answer.body, 31)


def check_decision(answer, right):
    decision = answer.decision()
    if decision not in right:
        raise Wrong(f"{decision.status} of {decision.stage}, but it has to be one of {sorted(map(str, right))}")
