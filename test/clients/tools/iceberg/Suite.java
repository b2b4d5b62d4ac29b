import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.InputFile;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Iceberg's S3FileIO: on a bucket, and with an access point's alias or ARN in the bucket's place (`s3.access-points.*`). */
class Suite {
  static final String ENDPOINT = System.getenv("MRAP_ENDPOINT");
  static final String ROOT = "s3://tools-usw2/iceberg-";
  static final byte[] BODY = new byte[11 * 1024 * 1024];
  static boolean failed = false;

  interface Step {
    void run() throws Exception;
  }

  static void check(String target, String what, Step step) {
    try {
      step.run();
      System.out.printf("ok iceberg %s - %s%n", target, what);
    } catch (Throwable error) {
      failed = true;
      System.out.printf("not ok iceberg %s - %s: %s%n", target, what, error.toString().replace("\n", " | "));
    }
  }

  static void equal(Object got, Object wanted) {
    if (!got.equals(wanted)) throw new AssertionError("expected " + wanted + ", got " + got);
  }

  static S3FileIO io(Map<String, String> way, String secret) {
    Map<String, String> properties = new HashMap<>(way);
    properties.put("client.region", "us-west-2");
    properties.put("s3.access-key-id", System.getenv("AWS_ACCESS_KEY_ID"));
    properties.put("s3.secret-access-key", secret);
    properties.put("s3.retry.num-retries", "0");
    properties.put("s3.multipart.part-size-bytes", "5242880");
    S3FileIO io = new S3FileIO();
    io.initialize(properties);
    return io;
  }

  static void write(S3FileIO io, String location, byte[] body) throws IOException {
    try (var stream = io.newOutputFile(location).createOrOverwrite()) {
      stream.write(body);
    }
  }

  static byte[] read(InputFile file) throws IOException {
    try (var stream = file.newStream()) {
      return stream.readAllBytes();
    }
  }

  static void suite(String target, Map<String, String> way) {
    String root = ROOT + target;
    S3FileIO io = io(way, "test");
    check(target, "files written and read, small and in parts", () -> {
      write(io, root + "/small", "hello".getBytes());
      write(io, root + "/big", BODY);
      equal(new String(read(io.newInputFile(root + "/small"))), "hello");
      equal(Arrays.equals(read(io.newInputFile(root + "/big")), BODY), true);
    });
    check(target, "a range, a length, what does not exist", () -> {
      InputFile big = io.newInputFile(root + "/big");
      try (var stream = big.newStream()) {
        stream.seek(6_000_000);
        equal(stream.read(), BODY[6_000_000] & 0xff);
      }
      equal(big.getLength(), (long) BODY.length);
      equal(io.newInputFile(root + "/no").exists(), false);
    });
    check(target, "listed, one deleted", () -> {
      io.deleteFile(root + "/small");
      // Listings name what stands in the bucket's place.
      var names = StreamSupport.stream(io.listPrefix(root + "/").spliterator(), false)
          .map(info -> info.location().replaceFirst(".*(?=/iceberg-)", ""));
      equal(names.toList(), List.of("/iceberg-" + target + "/big"));
    });
    if (target.equals("bucket")) check(target, "many deleted at once", () -> io.deletePrefix(root + "/"));
    else
      check(target, "many at once are refused: it needs DeleteObjects", () -> {
        try {
          io.deleteFiles(List.of(root + "/big"));
        } catch (BulkDeletionFailureException refused) {
          equal(io.newInputFile(root + "/big").exists(), true);
          return;
        }
        throw new AssertionError("expected a refusal");
      });
    check(target, "a wrong secret is refused", () -> {
      try {
        write(io(way, "wrong"), root + "/no", new byte[1]);
      } catch (S3Exception refused) {
        equal(refused.awsErrorDetails().errorCode(), "SignatureDoesNotMatch");
        return;
      }
      throw new AssertionError("expected a refusal");
    });
  }

  /** Makes this process trust the emulator's authority. */
  static void trust(Path pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      store.setCertificateEntry("mrap-local", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    Path file = Files.createTempFile("trust", ".p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
  }

  public static void main(String... args) throws Exception {
    new Random(1).nextBytes(BODY);
    trust(Path.of(System.getenv("MRAP_CA")));
    Map<String, String> address = Map.of("s3.endpoint", ENDPOINT, "s3.path-style-access", "true");
    Map<String, String> alias = new HashMap<>(address);
    alias.put("s3.access-points.tools-usw2", "mtoolsglobal0.mrap");
    suite("bucket", address);
    suite("alias", alias);
    suite("arn", Map.of(
        "http-client.type", "apache",
        "http-client.proxy-endpoint", ENDPOINT,
        "s3.access-points.tools-usw2", "arn:aws:s3::111122223333:accesspoint/mtoolsglobal0.mrap"));
    System.exit(failed ? 1 : 0);
  }
}
