// Signs a file with node-forge: KEY CERTIFICATE FILE OUT DETACHED
const fs = require("fs");
const forge = require("node-forge");

const [key, certificate, file, out, where] = process.argv.slice(2);
const signer = forge.pki.certificateFromPem(fs.readFileSync(certificate, "utf8"));
const message = forge.pkcs7.createSignedData();
message.content = forge.util.createBuffer(fs.readFileSync(file, "binary"));
message.addCertificate(signer);
message.addSigner({
  key: forge.pki.privateKeyFromPem(fs.readFileSync(key, "utf8")),
  certificate: signer,
  digestAlgorithm: forge.pki.oids.sha256,
  authenticatedAttributes: [
    { type: forge.pki.oids.contentType, value: forge.pki.oids.data },
    { type: forge.pki.oids.messageDigest },
    { type: forge.pki.oids.signingTime, value: new Date() },
  ],
});
message.sign({ detached: where === "beside" });
fs.writeFileSync(out, forge.asn1.toDer(message.toAsn1()).getBytes(), "binary");
