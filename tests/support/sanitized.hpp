// Whether this is built with a sanitizer: with one everything takes ten times as long.
#pragma once

namespace repot::test {

#if defined(__has_feature)  // Clang's way to say it.
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define REPOT_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || defined(REPOT_TEST_SANITIZED)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace repot::test
