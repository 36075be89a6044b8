// A rival: a composite of four in Node with a keep-alive agent.  node composite.mjs PORT BACKEND_PORT...
import http from "node:http";

const [port, ...backends] = process.argv.slice(2).map(Number);
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const get = (backend, path) =>
  new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port: backend, path, agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve(JSON.parse(Buffer.concat(parts).toString())));
    }).on("error", reject);
  });

http
  .createServer((request, answer) => compose(request, answer).catch(() => answer.writeHead(502).end()))
  .listen(port, "127.0.0.1");

async function compose(request, answer) {
  const id = request.url.split("/").pop();
  const [user, orders, recommendations, notifications] = await Promise.all([
    get(backends[0], `/users/${id}`),
    get(backends[1], `/orders?userId=${id}`),
    get(backends[2], `/recommendations/${id}`),
    get(backends[3], `/notifications/${id}`),
  ]);
  const body = JSON.stringify({ user, orders, recommendations, notifications });
  answer.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  answer.end(body);
}
