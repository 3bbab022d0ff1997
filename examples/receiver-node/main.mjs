// A receiver in JavaScript, for Node.js 20 or newer with OpenSSL beside it. It takes the columns, the
// rules and the signature from the profile in the message. How to start it, by transport:
//
//   tadp assess receiver 'exec:node examples/receiver-node/main.mjs exec'
//   tadp assess receiver 'ndjson:node examples/receiver-node/main.mjs ndjson'
//   node examples/receiver-node/main.mjs http 8080, and then tadp assess receiver http://localhost:8080/

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parse, merge, profileAt } from "./profile.mjs";
import { faultOfRecords } from "./records.mjs";
import { NotSupported, Refused } from "./outcomes.mjs";
import { signedBytes } from "./signature.mjs";

/** Return the answer to a submission in a folder. */
function receive(message, profile) {
  try {
    const manifest = JSON.parse(readFileSync(join(message.folder, "submission.json"), "utf8"));
    const data = signedBytes(message, manifest, profile);
    const fault = faultOfRecords(data, manifest, profile);
    return fault ? { outcome: "rejected", reasons: [fault] } : { outcome: "accepted" };
  } catch (error) {
    if (error instanceof Refused) return { outcome: "rejected", reasons: [error.fault] };
    if (error instanceof NotSupported) return { outcome: "skipped", reason: error.message };
    return { outcome: "error", reason: String(error.stack) };
  }
}

/** Return the answer to a message that has the content of its files in it, which are written out first. */
function receivePosted(message) {
  const work = mkdtempSync(join(tmpdir(), "receiver-"));
  try {
    const folder = join(work, "submission");
    for (const [name, content] of Object.entries(message.files)) {
      const path = join(folder, name);
      if (!path.startsWith(folder)) throw new Error(`a file outside of the submission: ${name}`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.from(content, "base64"));
    }
    for (const name of ["anchors", "crls"]) writeFileSync(join(work, name), message.texts[name]);
    const profile = message.texts.profiles.map(parse).reduceRight(merge, {});
    return receive(
      { ...message, folder, anchors: join(work, "anchors"), crls: join(work, "crls") },
      profile,
    );
  } finally {
    rmSync(work, { recursive: true });
  }
}

const envelope = (message, answer) =>
  JSON.stringify({ tadp: 1, type: "answer", id: message.id, ...answer });

const [, , transport, port] = process.argv;
if (transport === "exec") {
  const message = JSON.parse(readFileSync(0, "utf8"));
  const answer = receive(message, profileAt(message.profile));
  console.log(envelope(message, answer));
  process.exitCode = answer.outcome === "accepted" ? 0 : 1;
} else if (transport === "ndjson") {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.type === "hello")
      console.log(JSON.stringify({ tadp: 1, type: "hello", name: "receiver-node", version: "1" }));
    else console.log(envelope(message, receive(message, profileAt(message.profile))));
  }
} else if (transport === "http") {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const message = JSON.parse(Buffer.concat(parts).toString("utf8"));
    response.end(envelope(message, receivePosted(message)));
  });
  server.listen(Number(port), "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
} else {
  console.error("usage: node main.mjs exec FOLDER | ndjson | http PORT");
  process.exitCode = 2;
}
