/* Browsers start no worker for a page that was opened from a folder. Here the search's worker runs in a hidden frame. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      this.ready = new Promise(resolve => this.frame.addEventListener("load", resolve, { once: true }))
        .then(() => this.start(new URL(address, location.href).href))
      this.frame.srcdoc = "<!doctype html><body></body>"
      document.body.append(this.frame)
    }

    /* Inside, to post means to tell the page; the frame's own postMessage would talk to itself. */
    start(address) {
      const inside = this.frame.contentWindow
      inside.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      inside.importScripts = async (...addresses) => {
        for (const one of addresses) await this.run(new URL(one, address).href)
      }
      return this.run(address)
    }

    run(address) {
      const script = this.frame.contentDocument.createElement("script")
      const done = new Promise((resolve, reject) => {
        script.addEventListener("load", resolve)
        script.addEventListener("error", () => reject(new Error(`cannot load ${address}`)))
      })
      script.src = address
      this.frame.contentDocument.body.append(script)
      return done
    }

    postMessage(data) {
      this.ready.then(() => {
        const inside = this.frame.contentWindow
        inside.dispatchEvent(new inside.MessageEvent("message", { data }))
      })
    }

    terminate() {
      this.frame.remove()
    }
  }
}
