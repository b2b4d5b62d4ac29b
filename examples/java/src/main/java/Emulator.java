import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

/** HTTP clients that go through the emulator at {@code endpoint} ({@code http://127.0.0.1:4566}) and trust its certificates. */
record Emulator(URI endpoint) {
  /** For {@code S3Client.builder().httpClient(...)}, and for every other client of the SDK; the bucket's ARN stays as it is. */
  SdkHttpClient sdkClient() throws Exception {
    TrustManager[] trusted = trustManagers();
    return Apache5HttpClient.builder()
        .proxyConfiguration(ProxyConfiguration.builder().endpoint(endpoint).build())
        .tlsTrustManagersProvider(() -> trusted)
        .build();
  }

  /** For presigned URLs. */
  HttpClient plainClient() throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trustManagers(), null);
    var proxy = ProxySelector.of(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
    return HttpClient.newBuilder().proxy(proxy).sslContext(tls).build();
  }

  private TrustManager[] trustManagers() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = endpoint.resolve("/_mrap/ca.pem").toURL().openStream()) {
      store.setCertificateEntry("mrap-local", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
