/*
 * Copyright 2026 The emwake authors. SPDX-License-Identifier: MIT
 *
 * The core's own memory. In wasm: free lists by size class, like a kernel's slabs (host/kmem.c); in
 * the unit tests: malloc, for the sanitizers' sake.
 *
 * It is apart from the program's malloc, so that a descriptor can be used where malloc cannot (a
 * malloc that logs through a pipe), objects of the same kind are reused at once, and a program that
 * needs no malloc does not carry one. Memory that was given back is kept for the next object of its
 * class.
 */
#ifndef EMWAKE_CORE_KMEM_H
#define EMWAKE_CORE_KMEM_H

#include <stddef.h>

/* NULL: out of memory. Aligned for any object. */
void *kmem_alloc(size_t size);

/* The same, with all bytes zero. */
void *kmem_zalloc(size_t size);

/* size: as it was asked for. NULL is ignored. */
void kmem_free(void *p, size_t size);

/* How many bytes of memory there are by now, whoever uses them. */
size_t kmem_total(void);

#endif
