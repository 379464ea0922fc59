// Which models can be used now, and how the default one is reached: the program of docs/hosts.md.
use roster::{Error, Options};

fn main() -> Result<(), Error> {
    let registry = Options::new().open()?;
    registry.refresh()?;
    let snapshot = registry.snapshot();
    for model in snapshot.models() {
        println!("{}: {}", model.id(), model.url());
    }
    if let Some(model) = snapshot.default_model() {
        if let Some(service) = model.service() {
            let headers = registry.headers(&service)?; // with the key; wiped when dropped
            println!("{} {} with {} headers", service.method(), service.url(), headers.len());
        }
    }
    Ok(())
}
