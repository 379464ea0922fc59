//! Asks all addresses at once with reqwest and counts the models that they list.     ask URL ...

async fn ask(client: reqwest::Client, base: String) -> Result<usize, reqwest::Error> {
    let request = client
        .get(format!("{base}/v1/models"))
        .bearer_auth("made-up");
    let listing: serde_json::Value = request.send().await?.json().await?;
    Ok(listing["data"].as_array().map_or(0, Vec::len))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::new();
    let asked: Vec<_> = std::env::args()
        .skip(1)
        .map(|base| tokio::spawn(ask(client.clone(), base)))
        .collect();
    let (count, mut total) = (asked.len(), 0);
    for answer in asked {
        total += answer.await??;
    }
    if total < 30 * count {
        return Err(format!("{total} models").into());
    }
    println!("{total}");
    Ok(())
}
