//! Answers each request with the text of a file and the number of its user; drains on SIGTERM.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::os::raw::c_int;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

static ENDING: AtomicBool = AtomicBool::new(false);

extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
}

extern "C" fn end(_number: c_int) {
    ENDING.store(true, Ordering::SeqCst);
}

fn main() -> std::io::Result<()> {
    unsafe { signal(15, end) };
    let text = std::fs::read_to_string("static/text.txt")?;
    let uid = std::fs::metadata("/proc/self")?.uid();
    let answer = format!("{} from rust as {}", text.trim(), uid);
    let listener = TcpListener::bind(format!("0.0.0.0:{}", std::env::var("PORT").unwrap()))?;
    listener.set_nonblocking(true)?;
    let mut open = Vec::new();
    while !ENDING.load(Ordering::SeqCst) {
        match listener.accept() {
            Ok((stream, _)) => {
                let answer = answer.clone();
                open.push(thread::spawn(move || reply(stream, &answer)));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5))
            }
            Err(error) => return Err(error),
        }
        open.retain(|thread| !thread.is_finished());
    }
    for thread in open {
        let _ = thread.join();
    }
    println!("drained");
    Ok(())
}

fn reply(mut stream: TcpStream, answer: &str) {
    let _ = stream.set_nonblocking(false);
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let head: Vec<String> = lines
        .map(Result::unwrap_or_default)
        .take_while(|line| !line.is_empty())
        .collect();
    if head
        .first()
        .map_or(false, |line| line.starts_with("GET /slow"))
    {
        thread::sleep(Duration::from_secs(1));
    }
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        answer.len(),
        answer
    );
}
