/// What KrakenD's documentation says that its configurations answer, by their names. What Weft answers otherwise by
/// intent (docs/migrating.md) stands here as Weft does it.
enum KrakenDCases {
  static let all: [(name: String, steps: [ImportedStep])] = [
    ("merge", merge), ("groups", groups), ("shapes", shapes), ("collections", collections), ("sequential", sequential),
    ("resilience", resilience), ("static", statics), ("flatmap", flatmap), ("limits", limits),
    ("browsers", browsers + browsersToo),
    ("caching", caching), ("passing", passing), ("version2", version2), ("writes", writes),
    ("untranslated", untranslated),
  ]

  /// The members of all responses are the answer's; one that fails is missing, and where all fail it is 500.
  private static let merge = [
    ImportedStep(
      request: "GET /v1/authors/ann?page=2&secret=1",
      backends: [
        "GET /blog/authors/ann?page=2": #"{"id":"ann","posts":0}"#,
        "GET /blog/authors/ann/posts?draft=false&page=2": #"{"posts":[1]}"#,
        "GET /stats/ranking/ann.json?page=2": #"{"rank":3}"#,
      ], json: #"{"id":"ann","posts":[1],"rank":3}"#),
    ImportedStep(
      request: "GET /v1/authors/ann?per-page=5",
      backends: [
        "GET /blog/authors/ann?per-page=5": #"{"id":"ann"}"#,
        "GET /blog/authors/ann/posts?draft=false&per-page=5": "!503", "GET /stats/ranking/ann.json?per-page=5": "!404",
      ], json: #"{"id":"ann"}"#),
    ImportedStep(
      request: "GET /v1/authors/ann",
      backends: [
        "GET /blog/authors/ann": "!500", "GET /blog/authors/ann/posts?draft=false": "!500",
        "GET /stats/ranking/ann.json": "!500",
      ], status: 500),
  ]

  /// Each response under the name of its group. One that fails is null, where KrakenD leaves its member out.
  private static let groups = [
    ImportedStep(
      request: "GET /dashboard/42", headers: ["Authorization: Bearer x", "Cookie: a=b"],
      backends: [
        "GET /users/users/42": #"{"name":"Mira"}"#, "GET /orders/orders?user=42&limit=5": #"{"items":[]}"#,
        "GET /mail/unread/42": #"{"count":2}"#,
      ], json: #"{"profile":{"name":"Mira"},"orders":{"items":[]},"mail":{"count":2}}"#),
    ImportedStep(
      request: "GET /orders/7",
      backends: ["GET /orders/orders/7": #"{"id":7}"#, "GET /users/of-order/7": #"{"name":"Mira"}"#],
      json: #"{"id":7,"customer":{"name":"Mira"}}"#),
    ImportedStep(
      request: "GET /orders/7", backends: ["GET /orders/orders/7": #"{"id":7}"#, "GET /users/of-order/7": "!500"],
      json: #"{"id":7,"customer":null}"#),
  ]

  private static let user =
    #"{"id":1,"e-mail":"a@b","password":"x","address":{"city":"Lund","zip":"22","street":"S","geo":{"lat":1.50,"lon":2}}}"#

  private static let shapes = [
    ImportedStep(
      request: "GET /allowed/1", backends: ["GET /users/users/1": user],
      json: #"{"id":1,"address":{"city":"Lund","zip":"22"}}"#),
    ImportedStep(
      request: "GET /denied/1", backends: ["GET /users/users/1": user],
      json: #"{"id":1,"e-mail":"a@b","address":{"city":"Lund","zip":"22","geo":{"lon":2}}}"#),
    ImportedStep(
      request: "GET /denied/1", backends: ["GET /users/users/1": #"{"id":1,"address":[1]}"#],
      json: #"{"id":1,"address":[1]}"#),
    ImportedStep(
      request: "GET /renamed/1", backends: ["GET /users/users/1": #"{"id":1,"e-mail":"a@b","x":[]}"#],
      json: #"{"userId":1,"email":"a@b","x":[]}"#),
    ImportedStep(
      request: "GET /both/1", backends: ["GET /users/users/1": user], json: #"{"user":{"id":1,"email":"a@b"}}"#),
    ImportedStep(
      request: "GET /inner/1", backends: ["GET /users/wrapped/1": #"{"data":{"user":{"id":1,"password":"x"}},"n":1}"#],
      json: #"{"id":1}"#),
  ]

  private static let collections = [
    ImportedStep(request: "GET /products", backends: ["GET /products/list": "[1,2]"], json: #"{"collection":[1,2]}"#),
    ImportedStep(request: "GET /named", backends: ["GET /products/list": "[1,2]"], json: #"{"products":[1,2]}"#),
    ImportedStep(request: "GET /plain", backends: ["GET /products/list": "[1,2]"], json: "[1,2]"),
    ImportedStep(request: "GET /either", backends: ["GET /products/list": "[1]"], json: #"{"collection":[1]}"#),
    ImportedStep(request: "GET /either", backends: ["GET /products/list": #"{"a":1}"#], json: #"{"a":1}"#),
    ImportedStep(
      request: "GET /home",
      backends: ["GET /products/list": "[1]", "GET /products/banner": "sale!", "GET /products/meta": #"{"v":1}"#],
      json: #"{"top":{"collection":[1]},"banner":{"content":"sale!"},"v":1}"#),
  ]

  /// One after the other, and what stands behind a failure is not asked.
  private static let sequential = [
    ImportedStep(
      request: "GET /trips/7",
      backends: [
        "GET /hotels/hotels/7": #"{"name":"H","destination_id":9,"stars":4}"#,
        "GET /places/places/9.json": #"{"geo":{"code":"a b"}}"#, "GET /weather/weather?at=a%20b": #"{"t":20}"#,
      ], json: #"{"name":"H","destination_id":9,"place":{"geo":{"code":"a b"}},"weather":{"t":20}}"#),
    ImportedStep(
      request: "GET /trips/7",
      backends: ["GET /hotels/hotels/7": #"{"name":"H","destination_id":9}"#, "GET /places/places/9.json": "!500"],
      json: #"{"name":"H","destination_id":9,"place":null,"weather":null}"#,
      sends: ["GET /hotels/hotels/7", "GET /places/places/9.json"]),
    ImportedStep(
      request: "GET /trips/7", backends: ["GET /hotels/hotels/7": "!500"], status: 502, sends: ["GET /hotels/hotels/7"]),
    ImportedStep(
      request: "POST /orders", headers: ["Content-Type: application/json"], body: #"{"sku":"a"}"#,
      backends: ["POST /stock/reservations": #"{"r":1}"#, "POST /orders/orders": #"{"o":2}"#],
      json: #"{"reservation":{"r":1},"order":{"o":2}}"#),
    ImportedStep(
      request: "POST /orders", headers: ["Content-Type: application/json"], body: #"{"sku":"a"}"#,
      backends: ["POST /stock/reservations": "!500"], status: 502, sends: ["POST /stock/reservations"]),
  ]

  private static let resilience = [
    ImportedStep(
      request: "GET /prices/a",
      backends: ["GET /prices-1/prices/a": #"{"p":1}"#, "GET /prices-2/prices/a": #"{"p":1}"#], json: #"{"p":1}"#),
    // The other host is asked in its turn.
    ImportedStep(
      request: "GET /prices/a", backends: ["GET /prices-1/prices/a": "!503", "GET /prices-2/prices/a": #"{"p":2}"#],
      json: #"{"p":2}"#),
  ]

  private static let statics = [
    ImportedStep(
      request: "GET /always", backends: ["GET /shop/a": #"{"a":1,"brand":"x"}"#],
      json: #"{"a":1,"brand":"${ACME}","tags":[1,"x"]}"#),
    ImportedStep(
      request: "GET /always", backends: ["GET /shop/a": "!500"], json: #"{"brand":"${ACME}","tags":[1,"x"]}"#),
    ImportedStep(
      request: "GET /incomplete", backends: ["GET /shop/a": #"{"a":1}"#, "GET /shop/b": #"{"b":2}"#],
      json: #"{"a":1,"b":2}"#),
    ImportedStep(
      request: "GET /incomplete", backends: ["GET /shop/a": #"{"a":1}"#, "GET /shop/b": "!500"],
      json: #"{"a":1,"b":null,"note":"some is missing"}"#),
    ImportedStep(
      request: "GET /complete", backends: ["GET /shop/a": #"{"a":1}"#, "GET /shop/b": #"{"b":2}"#],
      json: #"{"a":1,"b":2,"whole":true}"#),
    ImportedStep(
      request: "GET /complete", backends: ["GET /shop/a": #"{"a":1}"#, "GET /shop/b": "!500"], json: #"{"a":1}"#),
    ImportedStep(request: "GET /errored", backends: ["GET /shop/a": #"{"a":1}"#], json: #"{"a":1}"#),
    ImportedStep(request: "GET /errored", backends: ["GET /shop/a": "!500"], json: #"{"a":"none"}"#),
    ImportedStep(request: "GET /success", backends: ["GET /shop/a": #"{"a":1}"#], json: #"{"a":1,"new":1.5}"#),
    ImportedStep(request: "GET /success", backends: ["GET /shop/a": "!500"], status: 502),
  ]

  private static let flatmap = [
    ImportedStep(
      request: "GET /schools",
      backends: [
        "GET /schools/schools":
          #"{"schools":[{"id":1,"students":[1],"head":{"name":"A","phone":"1"}},{"n":2}],"meta":{"page":{"total":2,"n":1}},"secret":1}"#
      ],
      json: #"{"schools":[{"key":1,"head":{"name":"A"}},{"n":2}],"meta":{"page":{"n":1}},"total":2}"#),
    ImportedStep(
      request: "GET /schools", backends: ["GET /schools/schools": #"{"other":1}"#], json: #"{"other":1}"#),
    ImportedStep(
      request: "GET /town",
      backends: [
        "GET /schools/schools": #"{"schools":[1],"town":{"zip":1}}"#, "GET /schools/mayor": #"{"name":"M","age":50}"#,
      ], json: #"{"town":{"zip":1,"head":{"name":"M"}},"mayor":{"age":50}}"#),
  ]

  private static let limits = [
    ImportedStep(request: "GET /search", backends: ["GET /shop/search": "{}"], json: "{}"),
    ImportedStep(request: "GET /search", backends: ["GET /shop/search": "{}"], json: "{}"),
    ImportedStep(request: "GET /search", status: 429, sends: []),
    ImportedStep(request: "GET /tenants/a/report", backends: ["GET /shop/report/a": "{}"], json: "{}"),
    ImportedStep(request: "GET /tenants/a/report", status: 429, sends: []),
    ImportedStep(request: "GET /tenants/b/report", backends: ["GET /shop/report/b": "{}"], json: "{}"),
    ImportedStep(request: "GET /keys", status: 400, sends: []),
    ImportedStep(request: "GET /keys", headers: ["X-Api-Key: k"], backends: ["GET /shop/keys": "{}"], json: "{}"),
  ]

  private static let browsers = [
    ImportedStep(
      request: "GET /products",
      headers: ["Host: api.shop.example", "Origin: https://shop.example", "User-Agent: Firefox"],
      backends: ["GET /shop/products": #"{"p":1}"#], json: #"{"p":1}"#,
      shows: [
        "Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "x-total", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
      ]),
    ImportedStep(
      request: "GET /products", headers: ["Host: elsewhere.example", "User-Agent: Firefox"], status: 404, sends: []),
    ImportedStep(request: "GET /products", headers: ["Host: api.shop.example"], status: 403, sends: []),
    ImportedStep(
      request: "GET /products", headers: ["Host: api.shop.example", "User-Agent: BadBot/1.0"], status: 403, sends: []),
    ImportedStep(
      request: "GET /products",
      headers: ["Host: api.shop.example", "User-Agent: Pingdom.com_bot_version_1.4 (http://pingdom.com)"], status: 403,
      sends: []),
    ImportedStep(
      request: "GET /products", headers: ["Host: api.shop.example", "User-Agent: GoodBot/1.0"],
      backends: ["GET /shop/products": #"{"p":1}"#], json: #"{"p":1}"#),
  ]

  // The service's own hold for an endpoint that adds to them.
  private static let browsersToo = [
    ImportedStep(
      request: "POST /search",
      headers: ["Host: api.shop.example", "User-Agent: Firefox", "Content-Type: application/json"], body: "{}",
      backends: ["POST /shop/search": "{}"], json: "{}",
      shows: ["X-Frame-Options": "DENY", "Cache-Control": "public, max-age=60"]),
    ImportedStep(
      request: "POST /search", headers: ["Host: api.shop.example", "User-Agent: OtherBot/2.0"], body: "{}", status: 403,
      sends: []),
    ImportedStep(
      request: "POST /search", headers: ["Host: api.shop.example", "User-Agent: BadBot/1.0"], body: "{}", status: 403,
      sends: []),
  ]

  private static let caching = [
    ImportedStep(
      request: "GET /products", backends: ["GET /shop/products": #"{"p":1}"#], json: #"{"p":1}"#,
      shows: ["Cache-Control": "public, max-age=300"]),
    ImportedStep(request: "GET /products", json: #"{"p":1}"#, sends: []),
    ImportedStep(
      request: "GET /news", backends: ["GET /shop/news": "{}"], json: "{}",
      shows: ["Cache-Control": "public, max-age=10"]),
    ImportedStep(
      request: "POST /search", headers: ["Content-Type: application/json"], body: "{}",
      backends: ["POST /shop/search": "{}"], json: "{}", shows: ["Cache-Control": "public, max-age=300"]),
    ImportedStep(
      request: "GET /image/a", backends: ["GET /shop/img/a": "{}"], shows: ["Cache-Control": "public, max-age=300"],
      sends: ["GET /shop/img/a"]),
  ]

  private static let passing = [
    ImportedStep(request: "GET /files/a?x=1", backends: ["GET /files/store/a?x=1": "{}"], json: "{}"),
    ImportedStep(request: "GET /files/a", backends: ["GET /files/store/a": "!404"], status: 404),
    ImportedStep(
      request: "PUT /upload/a?overwrite=true&x=1", body: "not JSON",
      backends: ["PUT /files/store/a?overwrite=true": "{}"], json: "{}"),
    ImportedStep(request: "GET /all/x/y?q=1", backends: ["GET /files/x/y": "{}"], json: "{}"),
  ]

  private static let version2 = [
    ImportedStep(
      request: "GET /github/ann?q=1&x=2", headers: ["Accept-Language: sv"],
      backends: [
        "GET /api.github.local/users/ann?q=1": #"{"login":"ann","avatar_url":"u","id":1}"#,
        "GET /api.bitbucket.local/teams/ann?q=1": #"{"links":[],"name":"team"}"#,
      ], json: #"{"name":"ann","avatar_url":"u","bitbucket":{"name":"team"}}"#)
  ]

  private static let writes = [
    ImportedStep(
      request: "POST /orders", headers: ["Content-Type: application/json", "X-Tenant: t"], body: #"{"sku":"a"}"#,
      backends: ["POST /orders/orders": #"{"id":1}"#], json: #"{"id":1}"#, shows: ["X-Answered-By": "orders"]),
    ImportedStep(
      request: "POST /orders", headers: ["Content-Type: application/json"], body: "{}",
      backends: ["POST /orders/orders": "!418"], status: 418),
    ImportedStep(
      request: "DELETE /orders/7", backends: ["DELETE /orders/orders/7": #"{"ok":true}"#], json: #"{"ok":true}"#),
    ImportedStep(
      request: "POST /quotes", headers: ["Content-Type: application/json"], body: #"{"sku":"a"}"#,
      backends: ["POST /orders/quotes": #"{"q":1}"#, "GET /orders/terms": #"{"t":1}"#],
      json: #"{"quote":{"q":1},"terms":{"t":1}}"#),
  ]

  /// What guards an endpoint and is not translated lets in nobody.
  private static let untranslated = [
    ImportedStep(request: "GET /guarded", status: 503, sends: []),
    ImportedStep(request: "GET /checked", status: 503, sends: []),
    ImportedStep(
      request: "GET /legacy?x=1", backends: ["GET /shop/legacy.xml": "<a/>"], json: #"{"content":"<a/>"}"#),
    // A script may have kept somebody out.
    ImportedStep(request: "GET /scripted", status: 503, sends: []),
    ImportedStep(request: "GET /twice/1", backends: ["GET /shop/x": "{}"], json: "{}"),
  ]
}
