//! Randomness for keys that must not repeat.

use leptos::prelude::window;
use uuid::{Builder, Uuid};

/// A random UUID (version 4).
pub fn uuid() -> Uuid {
    let mut bytes = [0_u8; 16];
    let filled = window()
        .crypto()
        .is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // Every browser that runs WebAssembly has it; the clock keeps keys apart should one not.
        bytes[..8].copy_from_slice(&super::now_ms().to_bits().to_be_bytes());
        bytes[8..].copy_from_slice(&js_sys::Math::random().to_bits().to_be_bytes());
    }
    Builder::from_random_bytes(bytes).into_uuid()
}
