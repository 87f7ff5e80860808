/** Tiny typed event emitter. */
export class Emitter<Events extends { [name: string]: unknown }> {
  private readonly listeners = new Map<keyof Events, Set<(value: any) => void>>()

  /** Calls `listener` for each event of that name; returns the function that ends it. */
  on<K extends keyof Events> (name: K, listener: (value: Events[K]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set()
    this.listeners.set(name, set)
    set.add(listener)
    return () => { set.delete(listener) }
  }

  protected emit<K extends keyof Events> (name: K, value: Events[K]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(value)
  }
}
