import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.RequestCharged;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3control.S3ControlClient;
import software.amazon.awssdk.services.s3control.model.MultiRegionAccessPointRoute;

/**
 * The user guide's examples for a Multi-Region Access Point and a failover, with the AWS SDK for Java 2.x. Nothing here knows of the
 * emulator: the environment (or the DNS door) leads the SDK there, and without it the same program runs against AWS.
 */
final class Failover {
  private static final String ACCOUNT = "111122223333";
  private static final String ARN = "arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap";
  private static final String PAID_ARN = "arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap";
  private static boolean failed = false;

  /** The SDK's own client, which finds its way by the environment; with EMULATOR set, one that is led there (Emulator.java). */
  private static SdkHttpClient http;
  private static HttpClient plainHttp = HttpClient.newHttpClient();

  interface Step {
    void run() throws Exception;
  }

  /** Runs one step and prints its result: {@code ok <client> <Operation> - <what>}. */
  private static void check(String operation, String what, Step step) {
    try {
      step.run();
      System.out.printf("ok java %s - %s%n", operation, what);
    } catch (Exception | AssertionError error) {
      failed = true;
      System.out.printf("not ok java %s - %s: %s%n", operation, what, error.toString().replace("\n", " | "));
    }
  }

  private static void equal(Object got, Object wanted) {
    if (!wanted.equals(got)) throw new AssertionError("expected " + wanted + ", got " + got);
  }

  private static void refused(String code, Step step) throws Exception {
    try {
      step.run();
    } catch (AwsServiceException error) {
      equal(error.awsErrorDetails().errorCode(), code);
      return;
    }
    throw new AssertionError("expected " + code + ", got a success");
  }

  /** A client for one of the five Regions that serve routing requests. */
  private static S3ControlClient controlIn(Region region) {
    var builder = S3ControlClient.builder().region(region);
    return http == null ? builder.build() : builder.httpClient(http).build();
  }

  private static S3ClientBuilder s3() {
    return http == null ? S3Client.builder() : S3Client.builder().httpClient(http);
  }

  /** Sets dials by Region. */
  private static void submit(Map<String, Integer> dials) {
    List<MultiRegionAccessPointRoute> updates =
        dials.entrySet().stream()
            .map(dial -> MultiRegionAccessPointRoute.builder().region(dial.getKey()).trafficDialPercentage(dial.getValue()).build())
            .toList();
    controlIn(Region.AP_SOUTHEAST_2)
        .submitMultiRegionAccessPointRoutes(r -> r.accountId(ACCOUNT).mrap(ARN).routeUpdates(updates));
  }

  private static String get(S3Client s3, String bucket, String key) {
    return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
  }

  private static void put(S3Client s3, String key, String body) {
    s3.putObject(r -> r.bucket(ARN).key(key), RequestBody.fromString(body));
  }

  public static void main(String[] args) throws Exception {
    String endpoint = System.getenv("EMULATOR");
    if (endpoint != null) {
      Emulator emulator = new Emulator(URI.create(endpoint));
      http = emulator.sdkClient();
      plainHttp = emulator.plainClient();
    }
    S3Client s3 = s3().build();
    check("GetMultiRegionAccessPointRoutes", "view the routing configuration", () -> {
      var routes = controlIn(Region.US_EAST_1).getMultiRegionAccessPointRoutes(r -> r.accountId(ACCOUNT).mrap(ARN)).routes();
      String shown = routes.stream().map(r -> r.region() + "=" + r.trafficDialPercentage()).collect(Collectors.joining(" "));
      equal(shown, "ca-central-1=100 eu-west-1=100 ap-southeast-2=100");
    });
    check("SubmitMultiRegionAccessPointRoutes", "a dial of 10 is refused",
        () -> refused("InvalidRequest", () -> submit(Map.of("ap-southeast-2", 10))));

    check("PutObject", "add an object", () -> put(s3, "example.txt", "Hello S3!"));
    check("GetObject", "retrieve it", () -> equal(get(s3, ARN, "example.txt"), "Hello S3!"));
    check("ListObjectsV2", "list objects",
        () -> equal(s3.listObjectsV2(r -> r.bucket(ARN)).contents().stream().map(S3Object::key).toList(), List.of("example.txt")));
    check("GetObject", "presign: a presigned GET", Failover::presigned);
    check("GetObject", "Requester Pays", Failover::requesterPays);

    // Closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.
    S3Client ireland = s3().region(Region.EU_WEST_1).build();
    check("SubmitMultiRegionAccessPointRoutes", "failover: ca-central-1 and ap-southeast-2 to passive",
        () -> submit(Map.of("ca-central-1", 0, "ap-southeast-2", 0, "eu-west-1", 100)));
    check("GetObject", "failover: what was written before is not there",
        () -> refused("NoSuchKey", () -> get(s3, ARN, "example.txt")));
    check("PutObject", "failover: writes land in eu-west-1", () -> {
      put(s3, "after.txt", "from eu-west-1");
      equal(get(ireland, "doc-example-bucket2", "after.txt"), "from eu-west-1");
    });
    check("SubmitMultiRegionAccessPointRoutes", "failback", () -> {
      submit(Map.of("ca-central-1", 100, "eu-west-1", 0));
      equal(get(s3, ARN, "example.txt"), "Hello S3!");
    });
    System.exit(failed ? 1 : 0);
  }

  /** A presigned URL is fetched by anyone who has it, with a plain HTTP client that takes the same way as the SDK. */
  private static void presigned() throws Exception {
    try (S3Presigner presigner = S3Presigner.create()) {
      var url = presigner
          .presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5)).getObjectRequest(r -> r.bucket(ARN).key("example.txt")))
          .url();
      var answer = plainHttp.send(HttpRequest.newBuilder(url.toURI()).build(), HttpResponse.BodyHandlers.ofString());
      equal(answer.statusCode(), 200);
      equal(answer.body(), "Hello S3!");
    }
  }

  private static void requesterPays() throws Exception {
    S3Client reader = s3()
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("444455556666", "test")))
        .build();
    String key = "example-file-in-bucket.txt";
    refused("AccessDenied", () -> reader.getObject(r -> r.bucket(PAID_ARN).key(key)));
    var answer = reader.getObjectAsBytes(r -> r.bucket(PAID_ARN).key(key).requestPayer(RequestPayer.REQUESTER)).response();
    equal(answer.requestCharged(), RequestCharged.REQUESTER);
  }
}
