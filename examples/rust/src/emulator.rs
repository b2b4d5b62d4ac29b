//! HTTP clients for the SDK: `aws_config::from_env().http_client(...)`. The bucket's ARN and the rest of the program stay as they are.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{rustls_provider::CryptoMode, Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Reads HTTPS_PROXY, as the other SDKs do by themselves; without it, connects directly. SSL_CERT_FILE names the trusted authorities.
pub fn http_client_of_environment() -> SharedHttpClient {
    client(ProxyConfig::from_env(), TlsContext::default())
}

/// Goes through the emulator at `endpoint` (`http://127.0.0.1:4566`), whose authority is the file `ca_pem`, whatever the environment says.
pub fn http_client(endpoint: &str, ca_pem: &str) -> SharedHttpClient {
    let authority = std::fs::read(ca_pem).expect("the authority can be read");
    let trust = TrustStore::empty().with_pem_certificate(authority);
    let tls = TlsContext::builder().with_trust_store(trust).build().expect("the authority is a certificate");
    client(ProxyConfig::all(endpoint).expect("the endpoint is a URL"), tls)
}

fn client(proxy: ProxyConfig, tls: TlsContext) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, _| {
        let mut connector = Connector::builder();
        connector.set_connector_settings(settings.cloned());
        connector
            .proxy_config(proxy.clone())
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .build()
    })
}
