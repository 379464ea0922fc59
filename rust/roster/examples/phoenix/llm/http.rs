//! roster's requests on Phoenix's HTTP client.
// Compiled in Phoenix only: it needs reqwest.
use roster::{Answer, Error, Failure, FailureKind, HttpClient, Request, TokioTransport};

pub fn transport() -> Result<TokioTransport, Error> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    TokioTransport::new(Http(client.expect("TLS starts")))
}

struct Http(reqwest::Client);

impl HttpClient for Http {
    async fn send(&self, request: Request) -> Result<Answer, Failure> {
        if request.proxy.is_some()
            || request.ca_file.is_some()
            || request.ca_dir.is_some()
            || request.client_cert.is_some()
        {
            let message = "Phoenix sends no request through a proxy or with certificates of its own".to_string();
            return Err(Failure { kind: FailureKind::Other, message });
        }
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).expect("GET or POST");
        let mut call = self.0.request(method, &request.url).timeout(request.timeout);
        for (name, value) in &request.headers {
            call = call.header(name.as_str(), value.as_slice());
        }
        if let Some(body) = request.body.clone() {
            call = call.body(body);
        }
        let mut response = call.send().await.map_err(failure)?;
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        let mut answer = Answer { status: response.status().as_u16(), headers: headers.collect(), body: Vec::new() };
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            answer.push(&chunk, request.max_body_bytes)?;
        }
        Ok(answer)
    }
}

fn failure(e: reqwest::Error) -> Failure {
    let kind = match () {
        () if e.is_timeout() => FailureKind::Timeout,
        () if e.is_connect() => FailureKind::Connect,
        () => FailureKind::Other,
    };
    Failure { kind, message: e.without_url().to_string() }
}
