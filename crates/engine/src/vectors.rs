//! What the processor can do, asked once for all that has a form with vectors ([`crate::fold`], [`crate::phrases`]).

/// Proof that this machine has AVX-512F, BW, VBMI and VBMI2 (Intel since Ice Lake, AMD since Zen 4), with BMI1 and POPCNT: none
/// comes about but by asking it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(crate) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt");
        has.then_some(Self(()))
    }
}
