// Signs a file with Bouncy Castle: KEYSTORE FILE OUT DETACHED
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

class BouncyCastle {
    public static void main(String[] arguments) throws Exception {
        char[] passphrase = "pass".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(arguments[0]), passphrase);
        String alias = store.aliases().nextElement();
        PrivateKey key = (PrivateKey) store.getKey(alias, passphrase);
        X509Certificate own = (X509Certificate) store.getCertificate(alias);
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
            new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                .build(new JcaContentSignerBuilder(algorithm).build(key), own));
        generator.addCertificates(new JcaCertStore(Arrays.asList(store.getCertificateChain(alias))));
        byte[] data = Files.readAllBytes(Path.of(arguments[1]));
        boolean inside = arguments[3].equals("inside");
        byte[] made = generator.generate(new CMSProcessableByteArray(data), inside).getEncoded();
        Files.write(Path.of(arguments[2]), made);
    }
}
