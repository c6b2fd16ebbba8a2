// Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
//
// A terminal's mode: what tcgetattr says is what tcsetattr set; without ICANON bytes come as they are
// typed, without ECHO they are not shown, also with ICANON (getpass); with ICANON a read gives a line.
//
// gaps: 20 21
// stdin: tty

#include "driver.h"
#include <termios.h>

static void show_mode(void) {
  struct termios t;
  MUST(tcgetattr(0, &t));
  printf("iflag %x oflag %x cflag %x lflag %x VMIN %d VTIME %d VEOF %d\n", t.c_iflag, t.c_oflag,
         t.c_cflag & ~CBAUD, t.c_lflag, t.c_cc[VMIN], t.c_cc[VTIME], t.c_cc[VEOF]);
}

static void set(tcflag_t off, tcflag_t on, int when) {
  struct termios t;
  MUST(tcgetattr(0, &t));
  t.c_lflag = (t.c_lflag & ~off) | on;
  SHOW(tcsetattr(0, when, &t));
  show_mode();
}

int main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  show_mode();
  TELL("write line one\\nline two\\n");
  show_read(0, 100);
  show_read(0, 6);
  show_read(0, 100);
  TELL("write rub\\177bed\\n");
  show_read(0, 100);

  set(ECHO, 0, TCSADRAIN);
  TELL("write secret\\n");
  show_read(0, 100);
  TELL("write last\\004");
  show_read(0, 100);
  TELL("write \\004");
  show_read(0, 100);

  set(ICANON | ECHO | ISIG, 0, TCSAFLUSH);
  TELL("write a");
  show_read(0, 100);
  TELL("write \\003\\004\\r\\n\\177\\000");
  show_read(0, 1);
  TELL("write z");
  for (char c = 0; c != 'z';) {
    MUST(read(0, &c, 1));
    printf("%02x\n", c);
  }

  struct termios t;
  MUST(tcgetattr(0, &t));
  cfmakeraw(&t);
  t.c_cc[VMIN] = 1;
  SHOW(tcsetattr(0, TCSANOW, &t));
  show_mode();
  TELL("write \\r\\377");
  show_read(0, 1);
  show_read(0, 1);

  set(0, ICANON | ECHO | ISIG, TCSANOW);
  TELL("write done\\n");
  show_read(0, 100);
  SHOW(tcflush(0, TCIFLUSH));
  SHOW(tcdrain(0));
  SHOW(tcflush(0, 77));
  return 0;
}
