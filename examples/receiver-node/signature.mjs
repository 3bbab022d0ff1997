// Clause 4.8(a): the signature holds over the file as it came, and the certificate is good and an ARO's.

import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotSupported, Refused } from "./outcomes.mjs";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g;
const LIST = /-----BEGIN X509 CRL-----[^]*?-----END X509 CRL-----/g;
const CURVES = { secp256r1: "prime256v1" };
const USES = {
  digitalSignature: "Digital Signature",
  nonRepudiation: "Non Repudiation",
  keyEncipherment: "Key Encipherment",
  dataEncipherment: "Data Encipherment",
  keyAgreement: "Key Agreement",
};

function refuse(message) {
  throw new Refused({ clause: "4.8(a)", message });
}

function openssl(...words) {
  return spawnSync("openssl", words, { encoding: "buffer", maxBuffer: 2 ** 28 });
}

/** Return the bytes that are signed, or throw what is wrong. */
export function signedBytes(message, manifest, profile) {
  const rules = profile.signature;
  const detached = "signature" in manifest;
  if (!rules.containers.some((name) => name.startsWith("cms-")))
    throw new NotSupported(`containers other than CMS: ${rules.containers}`);
  if (rules.cms?.over === "file-without-final-separator")
    throw new NotSupported("a signature over all but the last line feed");
  if (!rules.containers.includes(detached ? "cms-detached" : "cms-attached"))
    refuse(`a signature ${detached ? "beside" : "in"} the file is not one of ${rules.containers}`);

  const file = (name) => join(message.folder, name);
  const container = file(detached ? manifest.signature : manifest.file);
  const pem = readFileSync(container).subarray(0, 10).equals(Buffer.from("-----BEGIN"));
  const form = pem ? "PEM" : "DER";
  if (!(rules.cms?.encodings ?? ["der", "pem"]).includes(form.toLowerCase())) refuse(`it is in ${form}`);
  const read = ["-inform", form, "-in", container];
  const sent = Math.floor(Date.parse(manifest.sent_at) / 1000);
  const work = mkdtempSync(join(tmpdir(), "signature-"));
  try {
    const [trust, signer] = [join(work, "trust.pem"), join(work, "signer.pem")];
    const anchors = certificatesIn(readFileSync(message.anchors, "latin1"));
    const beside = manifest.certificate ? readFileSync(file(manifest.certificate), "latin1") : "";
    const within = openssl("cms", "-cmsout", "-noout", "-certsout", join(work, "within.pem"), ...read);
    const carried = within.status === 0 ? certificatesIn(readFileSync(join(work, "within.pem"), "latin1")) : [];
    // OpenSSL does not look for the issuers beside the file. Without a root of their own they are not trusted.
    const others = certificatesIn(beside).filter(({ subject, issuer }) => subject !== issuer);
    const lists = listsThatCount(readFileSync(message.crls, "latin1"), [...anchors, ...carried, ...others], sent);
    const early = lists.filter(({ made }) => made <= sent);
    writeFileSync(trust, [...anchors, ...others, ...early.map(({ text }) => text)].join("\n"));
    const words = ["cms", "-verify", "-binary", "-purpose", "any", ...read, "-CAfile", trust];
    words.push("-attime", String(sent), "-signer", signer);
    words.push("-verify_depth", String(profile.certificate.maximum_issuing_cas), ...revocation(profile.certificate));
    if (detached) words.push("-content", file(manifest.file));
    if (manifest.certificate) words.push("-certfile", file(manifest.certificate));
    const ran = openssl(...words);
    if (ran.error) throw ran.error;
    if (ran.status !== 0) refuse(ran.stderr.toString("utf8").slice(0, 400));
    const bytes = readFileSync(container);
    const der = pem ? Buffer.from(bytes.toString("ascii").split("-----")[2], "base64") : bytes;
    checkContainer(der, detached ? readFileSync(file(manifest.file)) : null);
    const signers = readFileSync(signer, "ascii").match(/-----BEGIN[^]*?-----END.*/g);
    const { minimum, maximum } =
      typeof rules.signers === "object" ? rules.signers : { minimum: rules.signers, maximum: rules.signers };
    if (signers.length < minimum || signers.length > maximum) refuse(`${signers.length} signers`);
    const printed = openssl("cms", "-cmsout", "-print", "-noout", ...read).stdout.toString("latin1");
    const types = printed.matchAll(/(?:eContentType: |object: contentType .*\s+set:\s+OBJECT:)(\S+)/g);
    if ([...types].some((found) => found[1] !== "pkcs7-data")) refuse("what is signed is not data");
    const made = printed.split(/^\s*signerInfos:/m)[1];
    const digests = made.match(/digestAlgorithm:\s*algorithm: \w+/g);
    const schemes = made.match(/signatureAlgorithm:\s*algorithm: \w+/g);
    signers.forEach((text, index) => {
      const certificate = new X509Certificate(text);
      checkKey(certificate, digests[index].match(/\w+$/)[0], schemes[index], rules);
      checkCertificate(certificate, manifest.sender, profile.certificate);
      if (profile.certificate.revocation !== "none") checkLists(certificate, lists, sent);
    });
    return ran.stdout;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function certificatesIn(text) {
  return (text.match(CERTIFICATE) ?? []).map((one) => new X509Certificate(one));
}

/** Return the revocation lists that had not ended when the file was sent, and that their issuers signed. */
function listsThatCount(text, authorities, sent) {
  return (text.match(LIST) ?? []).map(readList).filter((list) => {
    const issuers = authorities.filter(({ subject }) => nameOf(subject) === list.issuer);
    return list.ends >= sent && issuers.some((issuer) => isSignedBy(list.text, issuer.toString()));
  });
}

const nameOf = (lines) => lines.split("\n").reverse().join(",");

const readList = remembered((text) => {
  const words = ["crl", "-noout", "-text", "-nameopt", "RFC2253"];
  const printed = spawnSync("openssl", words, { input: text, encoding: "latin1" }).stdout;
  const seconds = (label) => Math.floor(Date.parse(printed.match(`${label}: (.*)`)?.[1]) / 1000);
  const entries = printed.split("Serial Number: ").slice(1).map((entry) => ({
    serial: entry.match(/^[0-9A-F]+/)[0],
    since: Math.floor(Date.parse(entry.match(/Revocation Date: (.*)/)[1]) / 1000),
    isRemoved: entry.includes("Remove From CRL"),
  }));
  const issuer = printed.match(/Issuer: (.*)/)[1];
  return { text, issuer, made: seconds("Last Update"), ends: seconds("Next Update"), entries };
});

const isSignedBy = remembered((list, issuer) => {
  const work = mkdtempSync(join(tmpdir(), "issuer-"));
  try {
    const path = join(work, "issuer.pem");
    writeFileSync(path, issuer);
    const ran = spawnSync("openssl", ["crl", "-noout", "-CAfile", path], { input: list, encoding: "latin1" });
    return ran.stderr.includes("verify OK");
  } finally {
    rmSync(work, { recursive: true });
  }
});

/** Return a function that is asked once for the same texts. */
function remembered(make) {
  const known = new Map();
  return (...texts) => {
    const key = texts.join("\n");
    if (!known.has(key)) known.set(key, make(...texts));
    return known.get(key);
  };
}

/** A list that was made after the sending also shows what had been revoked by then. OpenSSL looks at one list. */
function checkLists(certificate, lists, sent) {
  const issuer = nameOf(certificate.issuer);
  const entries = lists
    .filter((list) => list.issuer === issuer)
    .sort((one, other) => one.made - other.made)
    .flatMap((list) => list.entries)
    .filter(({ serial, since }) => serial === certificate.serialNumber && since <= sent);
  if (entries.length && !entries.at(-1).isRemoved) refuse("it was revoked");
}

function revocation({ revocation }) {
  if (revocation === "none") return [];
  if (revocation === "ocsp") throw new NotSupported("OCSP responses");
  return ["-crl_check_all", "-use_deltas"];
}

/** Return the values in a value in BER, and where it ends, which its length or an end mark says. */
function inner(bytes, at = 0) {
  let length = bytes[at + 1];
  let start = at + 2;
  if (length > 0x80) {
    start += length - 0x80;
    length = Number(`0x${bytes.toString("hex", at + 2, start)}`);
  }
  const values = [];
  const open = length === 0x80;
  let next = start;
  if (open || bytes[at] & 0x20)
    while (open ? bytes[next] || bytes[next + 1] : next < start + length) {
      values.push(inner(bytes, next));
      next = values.at(-1).end;
    }
  const end = open ? next + 2 : start + length;
  return { tag: bytes[at], values, end, start: start - at, bytes: bytes.subarray(at, end) };
}

/** The bytes of a string in BER, which may be in pieces. */
function stringOf(value) {
  if (value.tag & 0x20) return Buffer.concat(value.values.map(stringOf));
  return value.bytes.subarray(value.start);
}

/** OpenSSL lets pass what follows a container, another file in it, and signed attributes out of their order. */
function checkContainer(bytes, file) {
  const whole = inner(bytes);
  const content = whole.values[1].values[0].values[2].values[1];
  if (file && content && !stringOf(content.values[0]).equals(file)) refuse("another file is in the signature");
  if (whole.end !== bytes.length) refuse("something follows the signature");
  for (const signer of whole.values[1].values[0].values.at(-1).values) {
    const attributes = signer.values.find(({ tag }) => tag === 0xa0)?.values ?? [];
    if (attributes.some((one, at) => at && Buffer.compare(attributes[at - 1].bytes, one.bytes) > 0))
      refuse("the signed attributes are not in the order of DER");
  }
}

function checkKey(certificate, digest, scheme, { algorithms }) {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  const key = type === "ec" ? "ecdsa" : /pss/i.test(scheme) ? "rsa-pss" : "rsa";
  const fits = (taken) =>
    taken.key === key &&
    taken.digests.includes(digest) &&
    (!taken.curve || (CURVES[taken.curve] ?? taken.curve) === details.namedCurve) &&
    !(details.modulusLength < taken.minimum_bits);
  if (!algorithms.some(fits)) refuse(`a key of ${key} with ${digest}, which the profile does not take`);
}

function checkCertificate(certificate, sender, rules) {
  const digest = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
  if (!sender.aros.some((aro) => aro.certificate_sha256 === digest)) refuse("not the certificate of an ARO");
  const printed = spawnSync("openssl", ["x509", "-noout", "-text", "-nameopt", "RFC2253"], {
    input: certificate.toString(),
    encoding: "latin1",
  }).stdout;
  const subject = printed.match(/Subject: (.*)/)[1];
  const [, critical, uses] = printed.match(/X509v3 Key Usage:(.*)\n\s*(.*)/) ?? [, "critical", ""];
  const has = (use) => uses.includes(USES[use]);
  if (/CA:TRUE/.test(printed) || /Certificate Sign|CRL Sign/.test(uses)) refuse("the certificate of a CA");
  if (!rules.key_usage.some(has) || rules.key_usage_refused.some(has)) refuse(`its key is for ${uses}`);
  if (rules.key_usage_critical && !critical.includes("critical")) refuse("its key usage is not critical");
  const purposes = certificate.keyUsage ?? [];
  const taken = rules.extended_key_usage;
  // Of the purposes of RFC 5280 and its successors, two are for signing files: email, and documents.
  const isForFiles = (oid) => !/^1\.3\.6\.1\.5\.5\.7\.3\.(?!(?:4|36)$)/.test(oid);
  if (purposes.length && !purposes.some((oid) => (taken.length ? taken.includes(oid) : isForFiles(oid))))
    refuse(`it is for ${purposes}`);
  const policies = [...printed.matchAll(/Policy: (\S+)/g)].map((found) => found[1]);
  if (rules.policies.length && !rules.policies.some((oid) => policies.includes(oid))) refuse("its policy");
  if (rules.common_name && !/(^|,)CN=[^,]/.test(subject)) refuse("its subject has no CN");
  if (rules.role_code && !/(^|,)OU=[0-9A-F]{2}(,|$)/i.test(subject)) refuse("its subject has no role code");
  if (!rules.eui64) return;
  if (rules.identity !== "x500UniqueIdentifier") throw new NotSupported(`an EUI-64 in ${rules.identity}`);
  const eui64 = sender.user_id.replace(/[^0-9A-F]/gi, "").toUpperCase();
  const named = [...subject.matchAll(/x500UniqueIdentifier=#030900([0-9A-F]{16})(?=[,+]|$)/gi)];
  if (named.length !== 1 || named[0][1].toUpperCase() !== eui64) refuse("the EUI-64 is not the sender's");
}
