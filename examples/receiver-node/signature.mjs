// Clause 4.8(a): the signature holds over the file as it came, and the certificate is good and an ARO's.

import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotSupported, Refused } from "./outcomes.mjs";

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
  const sent = String(Math.floor(Date.parse(manifest.sent_at) / 1000));
  const work = mkdtempSync(join(tmpdir(), "signature-"));
  try {
    const [trust, signer] = [join(work, "trust.pem"), join(work, "signer.pem")];
    writeFileSync(trust, readFileSync(message.anchors) + "\n" + readFileSync(message.crls));
    const words = ["cms", "-verify", "-binary", "-purpose", "any", ...read, "-CAfile", trust];
    words.push("-attime", sent, "-signer", signer);
    words.push("-verify_depth", String(profile.certificate.maximum_issuing_cas), ...revocation(profile.certificate));
    if (detached) words.push("-content", file(manifest.file));
    if (manifest.certificate) words.push("-certfile", file(manifest.certificate));
    const ran = openssl(...words);
    if (ran.error) throw ran.error;
    if (ran.status !== 0) refuse(ran.stderr.toString("utf8").slice(0, 400));
    const bytes = readFileSync(container);
    checkContainer(pem ? Buffer.from(bytes.toString("ascii").split("-----")[2], "base64") : bytes);
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
    });
    return ran.stdout;
  } finally {
    rmSync(work, { recursive: true });
  }
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
  return { tag: bytes[at], values, end, bytes: bytes.subarray(at, end) };
}

/** OpenSSL lets pass what follows a container, and signed attributes out of their order. */
function checkContainer(bytes) {
  const whole = inner(bytes);
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
  if (certificate.ca || uses.includes("Certificate Sign")) refuse("the certificate of a CA");
  if (!rules.key_usage.some(has) || rules.key_usage_refused.some(has)) refuse(`its key is for ${uses}`);
  if (rules.key_usage_critical && !critical.includes("critical")) refuse("its key usage is not critical");
  const purposes = certificate.keyUsage ?? [];
  if (purposes.length && !purposes.some((oid) => rules.extended_key_usage.includes(oid)))
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
