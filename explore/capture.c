// SPDX-License-Identifier: MIT
//
// Standard files in memory. The file has no name and is mapped once; taking a run back moves its
// position to the start and leaves old bytes behind, which nobody looks at.
#include "capture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

bool capture_begin(Capture *capture, int file) {
    capture->file = memfd_create("output", MFD_CLOEXEC);
    capture->kept = fcntl(file, F_DUPFD_CLOEXEC, 100);
    if (capture->file < 0 || ftruncate(capture->file, CAPTURED_MAX) != 0) {
        return false;
    }
    capture->bytes =
        mmap(NULL, CAPTURED_MAX, PROT_READ, MAP_SHARED | MAP_NORESERVE, capture->file, 0);
    return capture->bytes != MAP_FAILED && dup2(capture->file, file) == file;
}

size_t capture_length(const Capture *capture) {
    off_t length = lseek(capture->file, 0, SEEK_CUR);
    return length < 0 ? 0 : length > CAPTURED_MAX ? CAPTURED_MAX : (size_t)length;
}

void capture_rewind(const Capture *capture) {
    lseek(capture->file, 0, SEEK_SET);
}

void capture_end(Capture *capture, int file) {
    dup2(capture->kept, file);
    close(capture->kept);
    close(capture->file);
}
