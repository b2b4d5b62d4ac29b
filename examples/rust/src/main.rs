//! The user guide's examples for a Multi-Region Access Point and a failover, with the AWS SDK for Rust. Nothing here knows of the
//! emulator: the environment (or the DNS door) leads the SDK there, and without it the same program runs against AWS.

use std::error::Error;
use std::future::Future;
use std::process::{Command, ExitCode};
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{RequestCharged, RequestPayer};
use aws_sdk_s3::Client;
use aws_sdk_s3control::types::MultiRegionAccessPointRoute;

mod emulator;

const ACCOUNT: &str = "111122223333";
const ARN: &str = "arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap";
const PAID_ARN: &str = "arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap";

type Outcome = Result<(), Box<dyn Error>>;

/// Runs one step and prints its result: `ok <client> <Operation> - <what>`. False: it failed.
async fn check(operation: &str, what: &str, step: impl Future<Output = Outcome>) -> bool {
    match step.await {
        Ok(()) => println!("ok rust {operation} - {what}"),
        Err(error) => {
            println!("not ok rust {operation} - {what}: {}", format!("{error:?}").replace('\n', " | "));
            return false;
        }
    }
    true
}

fn equal<T: PartialEq + std::fmt::Debug>(got: T, wanted: T) -> Outcome {
    if got == wanted {
        return Ok(());
    }
    Err(format!("expected {wanted:?}, got {got:?}").into())
}

/// Wants an error of this code.
fn refused<T, E: ProvideErrorMetadata + std::fmt::Debug>(code: &str, result: Result<T, E>) -> Outcome {
    match result {
        Ok(_) => Err(format!("expected {code}, got a success").into()),
        Err(error) if error.code() == Some(code) => Ok(()),
        Err(error) => Err(format!("expected {code}, got {error:?}").into()),
    }
}

/// The SDK's settings from the environment, with an HTTP client that takes its proxy from there too (emulator.rs).
async fn settings() -> SdkConfig {
    let http_client = match std::env::var("EMULATOR") {
        Ok(endpoint) => emulator::http_client(&endpoint, &std::env::var("EMULATOR_CA").expect("the file ca.pem")),
        Err(_) => emulator::http_client_of_environment(),
    };
    aws_config::from_env().http_client(http_client).load().await
}

/// A client for one of the five Regions that serve routing requests.
fn control_in(config: &SdkConfig, region: &'static str) -> aws_sdk_s3control::Client {
    let config = aws_sdk_s3control::config::Builder::from(config).region(Region::new(region)).build();
    aws_sdk_s3control::Client::from_conf(config)
}

/// Sets dials by Region.
async fn submit(config: &SdkConfig, dials: &[(&str, i32)]) -> Result<(), aws_sdk_s3control::Error> {
    let routes = dials.iter().map(|(region, dial)| {
        MultiRegionAccessPointRoute::builder().region(*region).traffic_dial_percentage(*dial).build().expect("a dial is given")
    });
    control_in(config, "ap-southeast-2")
        .submit_multi_region_access_point_routes()
        .account_id(ACCOUNT)
        .mrap(ARN)
        .set_route_updates(Some(routes.collect()))
        .send()
        .await?;
    Ok(())
}

async fn get(s3: &Client, bucket: &str, key: &str) -> Result<String, Box<dyn Error>> {
    let answer = s3.get_object().bucket(bucket).key(key).send().await?;
    Ok(String::from_utf8(answer.body.collect().await?.to_vec())?)
}

async fn put(s3: &Client, key: &str, body: &'static str) -> Outcome {
    s3.put_object().bucket(ARN).key(key).body(ByteStream::from_static(body.as_bytes())).send().await?;
    Ok(())
}

async fn view_routes(config: &SdkConfig) -> Outcome {
    let control = control_in(config, "us-east-1");
    let answer = control.get_multi_region_access_point_routes().account_id(ACCOUNT).mrap(ARN).send().await?;
    let shown: Vec<_> =
        answer.routes().iter().map(|r| format!("{}={}", r.region().unwrap_or("?"), r.traffic_dial_percentage())).collect();
    equal(shown.join(" ").as_str(), "ca-central-1=100 eu-west-1=100 ap-southeast-2=100")
}

async fn list(s3: &Client) -> Outcome {
    let answer = s3.list_objects_v2().bucket(ARN).send().await?;
    let keys: Vec<_> = answer.contents().iter().filter_map(|object| object.key()).collect();
    equal(keys, vec!["example.txt"])
}

/// A presigned URL is fetched by anyone who has it; curl takes the same way as the SDK.
async fn presigned(s3: &Client) -> Outcome {
    let five_minutes = PresigningConfig::expires_in(Duration::from_secs(300))?;
    let request = s3.get_object().bucket(ARN).key("example.txt").presigned(five_minutes).await?;
    let mut curl = Command::new("curl");
    if let Ok(authority) = std::env::var("SSL_CERT_FILE").or(std::env::var("EMULATOR_CA")) {
        curl.args(["--cacert", &authority]);
    }
    if let Ok(endpoint) = std::env::var("EMULATOR") {
        curl.args(["--proxy", &endpoint]);
    }
    let answer = curl.args(["--silent", "--show-error", "--fail-with-body", request.uri()]).output()?;
    equal(String::from_utf8(answer.stdout)?.as_str(), "Hello S3!")
}

async fn requester_pays(config: &SdkConfig) -> Outcome {
    let credentials = Credentials::new("444455556666", "test", None, None, "reader");
    let reader = Client::from_conf(aws_sdk_s3::config::Builder::from(config).credentials_provider(credentials).build());
    let request = || reader.get_object().bucket(PAID_ARN).key("example-file-in-bucket.txt");
    refused("AccessDenied", request().send().await)?;
    let answer = request().request_payer(RequestPayer::Requester).send().await?;
    equal(answer.request_charged(), Some(&RequestCharged::Requester))
}

/// Closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.
async fn failover(config: &SdkConfig, s3: &Client) -> bool {
    let ireland = Client::from_conf(aws_sdk_s3::config::Builder::from(config).region(Region::new("eu-west-1")).build());
    check("SubmitMultiRegionAccessPointRoutes", "failover: ca-central-1 and ap-southeast-2 to passive", async {
        Ok(submit(config, &[("ca-central-1", 0), ("ap-southeast-2", 0), ("eu-west-1", 100)]).await?)
    })
    .await
        & check("GetObject", "failover: what was written before is not there", async {
            refused("NoSuchKey", s3.get_object().bucket(ARN).key("example.txt").send().await)
        })
        .await
        & check("PutObject", "failover: writes land in eu-west-1", async {
            put(s3, "after.txt", "from eu-west-1").await?;
            equal(get(&ireland, "doc-example-bucket2", "after.txt").await?.as_str(), "from eu-west-1")
        })
        .await
        & check("SubmitMultiRegionAccessPointRoutes", "failback", async {
            submit(config, &[("ca-central-1", 100), ("eu-west-1", 0)]).await?;
            equal(get(s3, ARN, "example.txt").await?.as_str(), "Hello S3!")
        })
        .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let config = &settings().await;
    let s3 = &Client::new(config);
    let passed = check("GetMultiRegionAccessPointRoutes", "view the routing configuration", view_routes(config)).await
        & check("SubmitMultiRegionAccessPointRoutes", "a dial of 10 is refused", async {
            refused("InvalidRequest", submit(config, &[("ap-southeast-2", 10)]).await)
        })
        .await
        & check("PutObject", "add an object", put(s3, "example.txt", "Hello S3!")).await
        & check("GetObject", "retrieve it", async { equal(get(s3, ARN, "example.txt").await?.as_str(), "Hello S3!") }).await
        & check("ListObjectsV2", "list objects", list(s3)).await
        & check("GetObject", "presign: a presigned GET", presigned(s3)).await
        & check("GetObject", "Requester Pays", requester_pays(config)).await
        & failover(config, s3).await;
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
