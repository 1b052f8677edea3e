//! A client that signs and sends requests without an SDK, which would not send most of those that are rejected.

use std::io::{Read, Write};
use std::net::TcpStream;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use local_aws::{Credentials, LocalAws};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn authorization(keys: &Credentials, service: &str, host: &str, body: &str) -> String {
    let scope = format!("20261001/{REGION}/{service}/aws4_request");
    let canonical = format!(
        concat!(
            "POST\n/\n\nhost:{}\nx-amz-date:20261001T000000Z\nx-amz-security-token:{}\n\n",
            "host;x-amz-date;x-amz-security-token\n{}"
        ),
        host,
        keys.session_token,
        HEXLOWER.encode(&Sha256::digest(body))
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n20261001T000000Z\n{scope}\n{}",
        HEXLOWER.encode(&Sha256::digest(canonical))
    );
    let mut key = format!("AWS4{}", keys.secret_access_key).into_bytes();
    for part in ["20261001", REGION, service, "aws4_request", &to_sign] {
        key = hmac(&key, part);
    }
    format!(
        concat!(
            "AWS4-HMAC-SHA256 Credential={}/{}, ",
            "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature={}"
        ),
        keys.access_key_id,
        scope,
        HEXLOWER.encode(&key)
    )
}

/// Sends a request. Returns the status and body of the response; `None` if the connection was closed without one.
pub(crate) fn send(
    aws: &LocalAws,
    keys: Option<&Credentials>,
    scope: &str,
    target: &str,
    body: &str,
) -> Option<(u16, String)> {
    let host = aws.endpoint().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    let signed = keys.map_or_else(String::new, |keys| {
        format!(
            "authorization: {}\r\nx-amz-date: 20261001T000000Z\r\nx-amz-security-token: {}\r\n",
            authorization(keys, scope, &host, body),
            keys.session_token
        )
    });
    write!(
        stream,
        concat!(
            "POST / HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            "content-type: application/x-amz-json-1.1\r\nx-amz-target: {}\r\n",
            "{}content-length: {}\r\n\r\n{}"
        ),
        host,
        target,
        signed,
        body.len(),
        body
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).ok()?;
    let (head, body) = response.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().unwrap(), body.to_owned()))
}

/// Sends a signed request. Returns the status, the error code (empty if there is none) and the body.
pub(crate) fn call(aws: &LocalAws, operation: &str, body: &Value) -> (u16, String, Value) {
    let keys = aws.credentials(ACCOUNT);
    let is_config =
        operation.contains("Config") || ["PutEvaluations", "ListDiscoveredResources"].contains(&operation);
    let (scope, target) = if is_config {
        ("config", format!("StarlingDoveService.{operation}"))
    } else {
        ("dms", format!("AmazonDMSv20160101.{operation}"))
    };
    let (status, response) = send(aws, Some(&keys), scope, &target, &body.to_string()).unwrap();
    let response: Value = serde_json::from_str(&response).unwrap();
    (status, response["__type"].as_str().unwrap_or_default().to_owned(), response)
}
