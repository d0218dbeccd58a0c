//! Serves the console for a service that runs elsewhere, so that a page can be worked on without building a service anew:
//!
//! ```sh
//! cargo run -- serve --demo
//! cargo run -p tamis-console --example console -- http://127.0.0.1:7171 127.0.0.1:7180
//! ```

use std::convert::Infallible;

use tamis_console::{Backend, Settings};
use tonic::body::Body;
use tonic::transport::{Channel, Endpoint};
use tower::ServiceExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let service = arguments.next().ok_or("which service? such as http://127.0.0.1:7171")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:7180".to_owned());
    let channel = Endpoint::from_shared(service.clone())?.connect_lazy();
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("The console of {service} is on http://{address}");
    axum::serve(
        listener,
        tamis_console::router(
            Backend::new(tower::service_fn(move |request| call(channel.clone(), request))),
            Settings::default(),
        ),
    )
    .await?;
    Ok(())
}

/// A call over the wire; what fails on its way is what the console tells.
async fn call(channel: Channel, request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    match channel.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(error) => Ok(tonic::Status::unavailable(error.to_string()).into_http()),
    }
}
