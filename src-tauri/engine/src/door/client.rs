//! The side that knocks.

use std::io;
use std::path::Path;

use interprocess::local_socket::tokio::Stream;
use interprocess::local_socket::traits::tokio::Stream as _;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::{MAX_LINE, name};
use crate::command::ErrorCode;

/// A line to the copy of Relink that runs on a data folder.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<Stream>,
}

impl Client {
    /// Knocks.
    ///
    /// # Errors
    /// Nobody is there.
    pub async fn connect(dir: &Path) -> io::Result<Self> {
        let stream = Stream::connect(name(dir)?).await?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Asks for something and waits for its answer.
    ///
    /// # Errors
    /// Why it was not accepted; [`ErrorCode::Internal`] also when the line was cut.
    pub async fn run(&mut self, command: &Value) -> Result<Value, ErrorCode> {
        let mut bytes = command.to_string().into_bytes();
        bytes.push(b'\n');
        self.stream
            .get_mut()
            .write_all(&bytes)
            .await
            .map_err(|_| ErrorCode::Internal)?;
        let mut line = Vec::new();
        let read = (&mut self.stream)
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)
            .await;
        read.map_err(|_| ErrorCode::Internal)?;
        let mut answer: Value = serde_json::from_slice(&line).map_err(|_| ErrorCode::Internal)?;
        if let Some(reply) = answer.get_mut("ok") {
            return Ok(reply.take());
        }
        let code = answer
            .get("error")
            .and_then(Value::as_str)
            .and_then(ErrorCode::from_code);
        Err(code.unwrap_or(ErrorCode::Internal))
    }
}
