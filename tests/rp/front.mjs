// What stands before an application, as a reverse proxy does: its address is known to the bridge before the
// application runs, and it sees what comes in.

import { createServer, request } from "node:http";
import { listen } from "./harness.mjs";

export class Front {
  static async start(t) {
    const front = new Front();
    front.asked = [];
    front.waiting = new Set();
    front.origin = `http://127.0.0.1:${await listen(t, createServer((asked, answer) => front.pass(asked, answer)))}`;
    return front;
  }

  /** Where the application listens: a port, or the path of a socket. */
  to(place) {
    this.place = Number(place) ? { host: "127.0.0.1", port: Number(place) } : { socketPath: place };
  }

  pass(asked, answer) {
    const { url, method } = asked;
    // A connection for each request, on either side: none that somebody is just closing.
    const headers = { ...asked.headers, connection: "close" };
    const call = request({ ...this.place, agent: false, path: url, method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.rawHeaders);
      response.pipe(answer);
      response.on("end", () => {
        this.asked.push({ method, url, status: response.statusCode });
        this.waiting.forEach((look) => look());
      });
    });
    call.on("error", () => answer.destroy());
    asked.pipe(call);
  }

  /** The first request, past or to come, whose address holds a text. */
  async sees(text) {
    return new Promise((found) => {
      const look = () => {
        const one = this.asked.find(({ url }) => url.includes(text));
        if (!one) return;
        this.waiting.delete(look);
        found(one);
      };
      this.waiting.add(look);
      look();
    });
  }
}
