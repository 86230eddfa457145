// A mail server that does as it is told. It prints its port, and every mail that it gets as a line of JSON; it reads
// words from its input, one a line, and prints each once it goes by it:
//   accept   takes every mail
//   451, 550 answers so to every recipient
//   535      answers so to every log-in
//   silent   takes a mail and never answers
//   drop     takes a mail and closes the connection instead of answering
//   pairs    takes a mail, and answers once another has come by another connection
// It ends when its input ends: that happens when whoever started it stops, dies, or is killed.
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";

let mode = "accept";
// The answers of `pairs` that are not given yet.
let waiting = [];
const sockets = new Set();

function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function refusal(code, text) {
  return Object.assign(new Error(text), { responseCode: code });
}

const server = new SMTPServer({
  // Its certificate is one that nobody vouches for, and is meant to be.
  logger: false,
  authOptional: true,
  allowInsecureAuth: true,
  disableReverseLookup: true,
  onAuth(auth, session, callback) {
    if (mode === "535") callback(refusal(535, "who are you?"));
    else callback(null, { user: auth.username });
  },
  onRcptTo(address, session, callback) {
    if (mode === "451") callback(refusal(451, "try again, please"));
    else if (mode === "550") callback(refusal(550, `nobody here is ${address.address}`));
    else callback();
  },
  onData(stream, session, callback) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const to = rcptTo.map((recipient) => recipient.address);
      say({ from: mailFrom.address, to, mail: Buffer.concat(parts).toString("utf8") });
      if (mode === "silent") return;
      if (mode === "drop") return sockets.forEach((socket) => socket.destroy());
      if (mode !== "pairs") return callback();
      waiting.push(callback);
      if (waiting.length === 2) {
        for (const answer of waiting) answer();
        waiting = [];
      }
    });
  },
});
// Whoever is killed leaves a connection that broke off.
server.on("error", () => {});
server.server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});
server.listen(0, "127.0.0.1", () => say({ port: server.server.address().port }));

createInterface({ input: process.stdin })
  .on("line", (word) => {
    mode = word;
    say({ mode });
  })
  .on("close", () => process.exit(0));
