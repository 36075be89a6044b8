"""An issuer of tokens whose keys change, who knows which gateway has fetched which of them, and when."""
import base64
import hashlib
import hmac
import json
import os
import subprocess
import time

ISSUER, AUDIENCE = "https://id.stress.test", "api://edge"
SECRET = "0123456789abcdef0123456789abcdef-of-a-stress-run"
# Seconds after its last byte from which on a document counts for all that a gateway decides.
SETTLED = 1.0
# Seconds in which a gateway fetches keys for an unknown `kid` once (docs/edge.md), and how exactly that is looked at.
PAUSE, EXACTNESS = 30, 1.0
PUBLISHED = 2
SUBJECTS = 4
# How a token that a key has signed may be wrong.
DEFECTS = {
    "good": {}, "no scope": {"scope": "orders:read"}, "no plan": {"plan": None}, "other audience": {"aud": "api://other"},
    "other issuer": {"iss": "https://other.test"}, "ended": {"exp": -120}, "not begun": {"nbf": 600},
    "no end": {"exp": None},
}


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(subject, **changes):
    """Times among the changes are seconds from now; None takes a claim away."""
    now = int(time.time())
    made = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "exp": 7200, "scope": "orders:write orders:read", "plan": "gold",
    } | changes
    return {
        name: now + value if name in ("exp", "nbf") else value for name, value in made.items() if value is not None
    }


def signed_by_secret(payload, secret=SECRET, kid=None):
    head = {"alg": "HS256", "typ": "JWT"} | ({"kid": kid} if kid else {})
    signed = f"{text(json.dumps(head).encode())}.{text(json.dumps(payload).encode())}"
    return f"{signed}.{text(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


class Token:
    def __init__(self, value, kid, kind, subject):
        self.value, self.kid, self.kind, self.subject = value, kid, kind, subject

    def __repr__(self):
        return f"{self.kind} of {self.kid}"


class Key:
    """A pair, and tokens of each kind that it has signed. Takes a quarter of a second."""

    def __init__(self, folder, kid, algorithm):
        self.kid, self.algorithm = kid, algorithm
        self.path = os.path.join(folder, f"{kid}.key")
        # When it was published, and no more; None: not yet.
        self.since = self.until = None
        if algorithm == "RS256":
            openssl("genrsa", "-out", self.path, "2048")
            modulus = openssl("rsa", "-in", self.path, "-noout", "-modulus").decode().strip().partition("=")[2]
            self.public = {"kty": "RSA", "n": text(bytes.fromhex(modulus)), "e": "AQAB"}
        else:
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path)
            point = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
            self.public = {"kty": "EC", "crv": "P-256", "x": text(point[:32]), "y": text(point[32:])}
        self.public |= {"kid": kid, "alg": algorithm, "use": "sig"}
        self.tokens = {"good": [self.token("good", f"user-{number}") for number in range(SUBJECTS)]}
        for kind in DEFECTS:
            self.tokens.setdefault(kind, [self.token(kind, "user-0")])
        good = self.tokens["good"][0].value
        head, body, signature = good.split(".")
        none = text(json.dumps({"alg": "none", "kid": kid}).encode())
        swapped = text(json.dumps(claims("root")).encode())
        public = openssl("pkey", "-in", self.path, "-pubout").decode()
        forged = {
            "no algorithm": f"{none}.{body}.", "none, signed": f"{none}.{body}.{signature}",
            "altered": f"{head}.{swapped}.{signature}",
            "bad signature": f"{head}.{body}.{('A' if signature[0] != 'A' else 'B') + signature[1:]}",
            "public key as secret": signed_by_secret(claims("root"), public, kid),
        }
        self.tokens |= {kind: [Token(value, kid, kind, "root")] for kind, value in forged.items()}

    def token(self, kind, subject):
        head = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid}
        signed = f"{text(json.dumps(head).encode())}.{text(json.dumps(claims(subject, **DEFECTS[kind])).encode())}"
        signature = openssl("dgst", "-sha256", "-sign", self.path, data=signed.encode())
        if self.algorithm == "ES256":
            # As JWS has it: r and s of 32 bytes each.
            length = signature[3]
            r, s = signature[4 : 4 + length], signature[6 + length :]
            signature = r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")
        return Token(f"{signed}.{text(signature)}", self.kid, kind, subject)


class Fetch:
    def __init__(self, kids):
        self.began, self.done, self.kids = time.monotonic(), None, kids


class Issuer:
    """Publishes its two newest keys, for each gateway at a path of its own; with `is_down` it answers 500."""

    def __init__(self, folder):
        self.folder = folder
        self.keys = [Key(folder, "key-0", "RS256")]
        self.keys[0].since = time.monotonic()
        # Nobody has ever published these.
        self.ghosts = [Key(folder, f"ghost-{number}", algorithm) for number, algorithm in enumerate(["RS256", "ES256"])]
        self.fetches = [[], []]
        self.is_down = False

    def make(self):
        return Key(self.folder, f"key-{len(self.keys)}", ["RS256", "ES256"][len(self.keys) % 2])

    def publish(self, key):
        now = time.monotonic()
        key.since = now
        self.keys.append(key)
        for old in self.keys[:-PUBLISHED]:
            old.until = old.until or now

    def answer(self, gateway):
        """The fetch, whose end the server notes, the status and the body."""
        published = self.keys[-PUBLISHED:]
        fetch = Fetch(None if self.is_down else {key.kid for key in published})
        self.fetches[gateway].append(fetch)
        body = json.dumps({"keys": [key.public for key in published]})
        return fetch, 500 if self.is_down else 200, "{}" if self.is_down else body

    def verdicts(self, gateway, token, sent, taken):
        """What a gateway may say of this key at some moment between the two: `known`, `unknown`, or `unsure` where it has
        no keys, or could not get them lately."""
        states, kids = [(None, True)], None
        for fetch in self.fetches[gateway]:
            if fetch.began > taken:
                break
            kids = fetch.kids or kids
            if fetch.done is not None and fetch.done + SETTLED <= sent:
                states = []
            states.append((kids, fetch.kids is None))
        found = set()
        for kids, is_failing in states:
            if kids is None:
                found.add("unsure")
            elif token.kid in kids:
                found.add("known")
            else:
                found |= {"unknown", "unsure"} if is_failing else {"unknown"}
        return found

    def should_have_fetched(self, gateway, token, sent, taken):
        """Whether a gateway that does not know this key has to have asked for it: it is published, and nobody has asked
        within the pause."""
        key = next((key for key in self.keys if key.kid == token.kid), None)
        if key is None or key.since > sent or (key.until or taken) < taken:
            return False
        return not any(sent - PAUSE - EXACTNESS <= fetch.began <= taken for fetch in self.fetches[gateway])

    def too_often(self, gateway):
        """Pairs of fetches that are nearer to each other than unknown `kid`s may bring about. The one that follows a failure
        is an attempt of its own, and begins no pause."""
        fetches = self.fetches[gateway]
        asked = [two.began for one, two in zip(fetches, fetches[1:]) if one.kids is not None]
        return [(one, two) for one, two in zip(asked, asked[1:]) if two - one < PAUSE - EXACTNESS]
