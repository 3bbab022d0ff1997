// Signs a file with PKI.js: KEY CERTIFICATE FILE OUT DETACHED
const fs = require("fs");
const { webcrypto, createHash } = require("crypto");
const asn1js = require("asn1js");
const pkijs = require("pkijs");

const [key, certificate, file, out, where] = process.argv.slice(2);
const der = (path) =>
  Buffer.from(fs.readFileSync(path, "utf8").replace(/-----[A-Z ]+-----|\s/g, ""), "base64");

async function main() {
  pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto }));
  const signer = pkijs.Certificate.fromBER(der(certificate));
  const rsa = signer.subjectPublicKeyInfo.algorithm.algorithmId === "1.2.840.113549.1.1.1";
  const algorithm = rsa
    ? { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
    : { name: "ECDSA", namedCurve: "P-256" };
  const secret = await webcrypto.subtle.importKey("pkcs8", der(key), algorithm, false, ["sign"]);
  const data = fs.readFileSync(file);
  const attribute = (type, value) => new pkijs.Attribute({ type, values: [value] });
  const message = new pkijs.SignedData({
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: "1.2.840.113549.1.7.1" }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({
          issuer: signer.issuer,
          serialNumber: signer.serialNumber,
        }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            attribute("1.2.840.113549.1.9.3", new asn1js.ObjectIdentifier({ value: "1.2.840.113549.1.7.1" })),
            attribute("1.2.840.113549.1.9.5", new asn1js.UTCTime({ valueDate: new Date() })),
            attribute(
              "1.2.840.113549.1.9.4",
              new asn1js.OctetString({ valueHex: createHash("sha256").update(data).digest() }),
            ),
          ],
        }),
      }),
    ],
    certificates: [signer],
  });
  if (where === "inside") {
    message.encapContentInfo.eContent = new asn1js.OctetString({ valueHex: data });
  }
  await message.sign(secret, 0, "SHA-256", data);
  const content = message.toSchema(true);
  const info = new pkijs.ContentInfo({ contentType: "1.2.840.113549.1.7.2", content });
  fs.writeFileSync(out, Buffer.from(info.toSchema().toBER()));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
